import { CliError } from "../../errors.ts";
import { publishedPorts } from "../../output/ports.ts";
import type { Action } from "../../program/command-spec.ts";

export const showPorts: Action = async (input, { io, api }) => {
  const [name, wanted] = [input.arg(0), input.arg(1)];
  const ports = publishedPorts(await (await api()).sandbox(name));
  if (wanted === "") {
    io.out(ports.map(({ target, host }) => `${target} -> ${host ?? "routed"}\n`).join(""));
    return 0;
  }
  const target = wanted.includes("/") ? wanted : `${wanted}/tcp`;
  const found = ports.filter((port) => port.target === target);
  if (found.length === 0) throw new CliError(`sandbox ${name} publishes no port ${target}`);
  io.out(found.map(({ host }) => `${host ?? "routed"}\n`).join(""));
  return 0;
};
