import type { Action } from "../../program/command-spec.ts";

export const showLogs: Action = async (input, { io, api }) => {
  const tail = input.text("tail");
  const stream = (await api()).logs(input.arg(0), {
    follow: input.flag("follow"),
    ...(tail === undefined ? {} : { tail }),
  });
  const decoder = new TextDecoder();
  for await (const chunk of stream) io.out(decoder.decode(chunk, { stream: true }));
  return 0;
};
