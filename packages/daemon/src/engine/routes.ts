import type { Route } from "../route/route.ts";
import { inspectContainer } from "./containers/inspect.ts";
import { listContainers } from "./containers/list.ts";
import { removeContainer } from "./containers/remove.ts";
import {
  createContainer,
  killContainer,
  renameContainer,
  startContainer,
  stopContainer,
  waitContainer,
} from "./containers/run-state.ts";
import { connectNetwork } from "./networks/connect.ts";
import { createNetwork } from "./networks/create.ts";
import { disconnectNetwork } from "./networks/disconnect.ts";
import { inspectNetwork } from "./networks/inspect.ts";
import { listNetworks } from "./networks/list.ts";
import { pruneNetworks } from "./networks/prune.ts";
import { removeNetwork } from "./networks/remove.ts";
import { serviceRoutes } from "./services/routes.ts";
import { eventsRoute } from "./system/events.ts";
import { infoRoute } from "./system/info.ts";
import { pingRoutes } from "./system/ping.ts";
import { versionRoute } from "./system/version.ts";

/** The Docker Engine API, as far as it is about networks. */
export const engineRoutes: readonly Route[] = [
  ...pingRoutes,
  versionRoute,
  infoRoute,
  eventsRoute,
  listNetworks,
  inspectNetwork,
  createNetwork,
  connectNetwork,
  disconnectNetwork,
  removeNetwork,
  pruneNetworks,
  listContainers,
  inspectContainer,
  createContainer,
  startContainer,
  stopContainer,
  killContainer,
  waitContainer,
  renameContainer,
  removeContainer,
  ...serviceRoutes,
];
