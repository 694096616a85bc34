import { expect, it } from "vitest";
import { refuseMeaningless } from "./refuse-meaningless.ts";

it("lets pass what Docker's command line says when nobody asks for anything", () => {
  const body = {
    Name: "web",
    TaskTemplate: {
      ContainerSpec: { Image: "img:latest", Args: ["sh"], Init: false, DNSConfig: {} },
      Resources: { Limits: {}, Reservations: {} },
      Placement: {},
      Networks: [{ Target: "abc" }],
      ForceUpdate: 0,
    },
    Mode: { Replicated: {} },
    EndpointSpec: { Mode: "vip" },
  };
  expect(() => refuseMeaningless(body, 0)).not.toThrow();
  expect(() => refuseMeaningless({ ...body, Mode: { Replicated: { Replicas: 2 } } }, 2)).not.toThrow();
});

it("names all that could only be promised", () => {
  const body = {
    Name: "web",
    TaskTemplate: {
      ContainerSpec: { Image: "img", Env: ["A=b"], Mounts: [{ Source: "/x" }], Secrets: [] },
      Placement: { Constraints: ["node.role==worker"] },
      ForceUpdate: 1,
    },
    Mode: { Global: {} },
    UpdateConfig: { Parallelism: 2 },
  };
  expect(() => refuseMeaningless(body, 0)).toThrow(
    "service web: cnm starts no tasks, sandboxes join as such: there is no meaning in TaskTemplate.ContainerSpec.Env, TaskTemplate.ContainerSpec.Mounts, TaskTemplate.Placement, TaskTemplate.ForceUpdate, UpdateConfig, Mode.Global",
  );
  expect(() => refuseMeaningless({ Name: "web", Mode: { Replicated: { Replicas: 3 } } }, 2)).toThrow(
    /no meaning in Mode\.Replicated\.Replicas$/,
  );
});
