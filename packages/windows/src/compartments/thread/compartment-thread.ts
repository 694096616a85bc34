import { parentPort, workerData } from "node:worker_threads";
import { enterCompartment } from "../../ffi/enter-compartment.ts";
import { type Connection, openConnection } from "./connection.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { failureOf } from "./failure-of.ts";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import { type DnsServer, serveDns } from "./serve-dns.ts";

/**
 * A thread inside one network compartment, and all of its sockets. A program of its own: it enters the compartment before
 * anything makes a socket, and never leaves it.
 */
const port = parentPort;
if (port === null) throw new Error("this file is the program of a worker thread");
const { compartment, iphlpapi } = workerData as ThreadData;
enterCompartment(iphlpapi, compartment);

const servers = new Map<number, DnsServer>();
const exchanges = new Map<number, Exchange>();
const connections = new Map<number, Connection>();
const say = (message: FromThread): void => port.postMessage(message);

port.on("message", (message: ToThread) => {
  switch (message.type) {
    case "serve":
      void serve(message);
      break;
    case "answers":
      servers.get(message.server)?.answer(message.answers);
      break;
    case "close":
      void close(message.server);
      break;
    case "exchange":
      exchange(message);
      break;
    case "leave":
      exchanges.get(message.exchange)?.close();
      exchanges.delete(message.exchange);
      break;
    case "connect":
      connect(message);
      break;
    case "read":
    case "finish":
    case "destroy":
      connections.get(message.connection)?.[message.type]();
      break;
    case "write":
      connections.get(message.connection)?.write(message.chunk);
      break;
    case "end":
      void end();
  }
});
say({ type: "entered" });

async function serve({ server, address, port, idleTimeout }: Extract<ToThread, { type: "serve" }>): Promise<void> {
  try {
    const opened = await serveDns(
      { address, port, idleTimeout },
      {
        queries: (queries) => say({ type: "queries", server, queries }),
        broken: (error) => say({ type: "broken", server, failure: failureOf(error) }),
      },
    );
    servers.set(server, opened);
    say({ type: "serving", server });
  } catch (error) {
    say({ type: "not-serving", server, failure: failureOf(error) });
  }
}

async function close(server: number): Promise<void> {
  const open = servers.get(server);
  servers.delete(server);
  await open?.close();
  say({ type: "closed", server });
}

function exchange({ exchange, via, to, query }: Extract<ToThread, { type: "exchange" }>): void {
  const opened = openExchange(via, to, query, {
    answer: (answer) => say({ type: "answer", exchange, answer }),
    failed: (error) => {
      exchanges.delete(exchange);
      say({ type: "no-answer", exchange, failure: failureOf(error) });
    },
  });
  exchanges.set(exchange, opened);
}

function connect({ connection, address, port: to }: Extract<ToThread, { type: "connect" }>): void {
  const opened = openConnection(address, to, {
    connected: () => say({ type: "connected", connection }),
    data: (chunk) => say({ type: "data", connection, chunk }),
    written: () => say({ type: "written", connection }),
    finished: () => say({ type: "finished", connection }),
    gone: (error) => {
      connections.delete(connection);
      say({ type: "gone", connection, ...(error === undefined ? {} : { failure: failureOf(error) }) });
    },
  });
  connections.set(connection, opened);
}

async function end(): Promise<void> {
  for (const connection of connections.values()) connection.destroy();
  for (const exchange of exchanges.values()) exchange.close();
  await Promise.all([...servers.values()].map((server) => server.close()));
  port?.close();
}
