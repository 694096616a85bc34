import { readFileSync } from "node:fs";
import { type NetlinkMessage, readMessages } from "../../packages/linux/src/netlink/message.ts";
import type { Conversation } from "./strace.ts";

/** One program that was run, and what it and the kernel said. */
export interface RecordedCommand extends Conversation {
  readonly command: string;
}

/** Relative to the checkout, where tests and tools run: a bundled program is elsewhere than its source. */
export const BYTES = "test/record/bytes";

/** Conversations of other people's programs with the kernel, as `node tools/record.mjs` wrote them down. */
export class Recording {
  readonly commands: readonly RecordedCommand[];

  constructor(name: string) {
    this.commands = JSON.parse(readFileSync(`${BYTES}/${name}.json`, "utf8"));
  }

  /** The messages of a type that a command sent. */
  sent(command: string, type: number): readonly NetlinkMessage[] {
    return messages(this.#find(command).sent).filter((message) => message.type === type);
  }

  /** The messages of a type that the kernel answered with. */
  received(command: string, type: number): readonly NetlinkMessage[] {
    return messages(this.#find(command).received).filter((message) => message.type === type);
  }

  /** Everything that was received, by all commands. */
  get allReceived(): readonly NetlinkMessage[] {
    return this.commands.flatMap(({ received }) => messages(received));
  }

  #find(command: string): RecordedCommand {
    const found = this.commands.find((recorded) => recorded.command === command);
    if (found === undefined)
      throw new Error(
        `"${command}" is not recorded; there are:\n${this.commands.map((one) => one.command).join("\n")}`,
      );
    return found;
  }
}

const messages = (datagrams: readonly string[]): readonly NetlinkMessage[] =>
  datagrams.flatMap((hex) => [...readMessages(Uint8Array.from(Buffer.from(hex, "hex")))]);
