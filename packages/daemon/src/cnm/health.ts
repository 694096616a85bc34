import { networkBody, networkSpec } from "../engine/networks/network-body.ts";
import { refuseReservedName } from "../engine/networks/predefined.ts";
import { json } from "../route/answer.ts";
import { formatApi, NEWEST_API, OLDEST_API } from "../route/api-version.ts";
import { type Route, route } from "../route/route.ts";
import { VERSION } from "../version.ts";
import { changeJson, findingJson, resourceJson } from "../view/finding-json.ts";

const doctorRoute: Route = {
  method: "GET",
  path: "/cnm/v1/doctor",
  tag: "cnm",
  summary: "What is wrong with the host, and what a repair would change",
  answers: { 200: "`{Findings, Differences}`; both empty when all is well" },
  handle: async ({ cnm }, { signal }) => {
    const findings = await cnm.doctor({ signal });
    const change = await cnm.reconcile({ signal, dryRun: true });
    return json(200, { Findings: findings.map(findingJson), Differences: changeJson(change) });
  },
};

const repairRoute: Route = {
  method: "POST",
  path: "/cnm/v1/repair",
  tag: "cnm",
  summary: "Mends what the doctor finds and can be mended",
  answers: { 200: "`{Findings, Changes}`: what was wrong, and what was changed", 500: "What could not be mended" },
  handle: async ({ cnm }, { signal }) => {
    const { findings, change } = await cnm.repair({ signal });
    return json(200, { Findings: findings.map(findingJson), Changes: changeJson(change) });
  },
};

const planRoute = route({
  method: "POST",
  path: "/cnm/v1/plan",
  tag: "cnm",
  summary: "The host objects that a network would be made of; nothing is done",
  body: networkBody,
  answers: {
    200: "`{Resources}`",
    400: "What is wrong with what was asked for",
    403: "A reserved name, or what it would overlap",
    409: "There is a network of that name",
  },
  handle: async ({ cnm }, { body, api, signal }) => {
    refuseReservedName(body.Name);
    const resources = await cnm.planNetwork(networkSpec(body, api), { signal });
    return json(200, { Resources: resources.map(resourceJson) });
  },
});

const infoRoute: Route = {
  method: "GET",
  path: "/cnm/v1/info",
  tag: "cnm",
  summary: "What this host can do and why it cannot do the rest; counts and versions",
  answers: { 200: "Facts" },
  handle: async ({ cnm, features, settings, started }) => {
    const networks = await cnm.networks();
    const endpoints = await Promise.all(networks.map(async (network) => (await network.endpoints()).length));
    return json(200, {
      Version: VERSION,
      ApiVersion: formatApi(NEWEST_API),
      MinApiVersion: formatApi(OLDEST_API),
      Node: process.versions.node,
      Platform: process.platform,
      Pid: process.pid,
      Started: started,
      Socket: settings.socket,
      StateDir: settings.state,
      RunDir: settings.run,
      Firewall: settings.firewall,
      Networks: networks.length,
      Sandboxes: (await cnm.sandboxes()).length,
      Endpoints: endpoints.reduce((sum, count) => sum + count, 0),
      Features: Object.entries(await features()).map(([name, feature]) => ({
        Name: name,
        Available: feature.available,
        ...(feature.available ? {} : { Reason: feature.reason }),
      })),
    });
  },
};

export const healthRoutes: readonly Route[] = [doctorRoute, repairRoute, planRoute, infoRoute];
