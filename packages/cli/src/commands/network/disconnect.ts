import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";

export const disconnect: Action = async (input, { io, api }) => {
  const [network, sandbox] = [input.arg(0), input.arg(1)];
  const daemon = await api();
  await withProgress(
    io,
    `taking ${sandbox} off network ${network}`,
    daemon.disconnect(network, sandbox, input.flag("force")),
  );
  return 0;
};
