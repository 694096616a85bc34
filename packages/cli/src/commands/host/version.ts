import { type JsonObject, textAt } from "../../api/json.ts";
import { CliError } from "../../errors.ts";
import { printDocument } from "../../output/documents.ts";
import type { Action, Context } from "../../program/command-spec.ts";
import { VERSION } from "../../version.ts";

export const showVersion: Action = async (input, context) => {
  const server = await serverVersion(context);
  const client = { Version: VERSION, Node: process.versions.node, Os: process.platform, Arch: process.arch };
  const document: JsonObject = { Client: client, Server: server instanceof CliError ? null : server };
  printDocument(context.io, document, input.text("format"), () => section("Client", client) + serverSection(server));
  if (!(server instanceof CliError)) return 0;
  context.io.err(`cnm: ${server.message}\n`);
  return server.exitCode;
};

async function serverVersion({ runningApi }: Context): Promise<JsonObject | CliError> {
  try {
    return await (await runningApi()).version();
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}

const SERVER_FACTS = ["Version", "ApiVersion", "MinAPIVersion", "Os", "Arch", "KernelVersion"];

const serverSection = (server: JsonObject | CliError): string =>
  server instanceof CliError
    ? ""
    : section("Server", Object.fromEntries(SERVER_FACTS.map((name) => [name, textAt(server, name)])));

const section = (title: string, facts: Readonly<Record<string, string>>): string =>
  `${title}:\n${Object.entries(facts)
    .map(([name, value]) => ` ${`${name}:`.padEnd(16)}${value}\n`)
    .join("")}`;
