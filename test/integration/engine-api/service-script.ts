import { SLEEP } from "./engine.ts";
import { docker, type Step, serviceNetwork, sorted, staff } from "./step.ts";

/** Without a registry there is nothing to resolve, and without `--detach` the client waits for tasks. */
const create = (...args: readonly string[]): Step =>
  docker("service", "create", "--detach", "--no-resolve-image", "--replicas", "0", ...args, "peerimage", ...SLEEP);
const update = (...args: readonly string[]): Step =>
  docker("service", "update", "--detach", "--no-resolve-image", ...args);
const show = (format: string, name: string): Step => docker("service", "inspect", "--format", format, name);

const PORTS = "{{range .Endpoint.Ports}}{{.PublishedPort}}:{{.TargetPort}}/{{.Protocol}} {{.PublishMode}} {{end}}";
const TASKS = "{{.Name}} {{.Node}} {{.DesiredState}} {{.CurrentState}} {{.Error}}[{{.Ports}}]";

const making: readonly Step[] = [
  docker("service", "ls"),
  serviceNetwork("app", "10.7.0.0/24"),
  create("--name", "web", "--network", "app", "--publish", "8080:80", "--label", "tier=front"),
  create("--name", "api", "--network", "name=app,alias=rest", "--endpoint-mode", "dnsrr", "--label", "tier=back"),
  create("--name", "plain"),
  create("--name", "inner", "--network", "app"),
  create("--name", "checked", "--health-cmd", "true", "--health-interval", "5s", "--health-retries", "2"),
  create("--name", "ports", "--publish", "published=5353,target=53,protocol=udp,mode=host"),
  docker("service", "create", "--name", "x"),
  create("--name", "web", "--network", "app"),
  create("--name", "x", "--network", "nope"),
  create("--name", "x", "--network", "app", "--publish", "8080:81"),
  create("--name", "x", "--endpoint-mode", "dnsrr", "--publish", "81:81"),
  create("--name", "x", "--endpoint-mode", "nope"),
  create("--name", "x.y"),
  create("--name", "x", "--mode", "global"),
];

const looking: readonly Step[] = [
  docker("service", "ls"),
  docker("service", "ls", "--format", "{{.Name}} {{.Mode}} {{.Replicas}} {{.Ports}}"),
  docker("service", "ls", "--filter", "name=web", "--format", "{{.Name}}"),
  docker("service", "ls", "--filter", "name=w", "--format", "{{.Name}}"),
  docker("service", "ls", "--filter", "label=tier", "--format", "{{.Name}}"),
  docker("service", "ls", "--filter", "label=tier=back", "--format", "{{.Name}}"),
  docker("service", "ls", "--filter", "mode=replicated", "--format", "{{.Name}}"),
  docker("service", "ls", "--filter", "mode=global", "--format", "{{.Name}}"),
  docker("service", "ls", "--filter", "id=zzzz", "-q"),
  docker("service", "ls", "--filter", "foo=bar"),
  docker("service", "inspect", "web"),
  docker("service", "inspect", "--pretty", "web"),
  docker("service", "inspect", "nope"),
  show("{{.Spec.Name}} {{json .Spec.Labels}} {{json .Spec.Mode}}", "web"),
  show("{{json .Spec.EndpointSpec}} {{json .Endpoint.Spec}} {{json .Endpoint.Ports}}", "web"),
  show("{{json .Spec.EndpointSpec}} {{json .Endpoint.Spec}} {{json .Endpoint.Ports}}", "api"),
  show("{{json .Spec.EndpointSpec}} {{json .Endpoint.Spec}} {{json .Endpoint.Ports}}", "ports"),
  show("{{json .Spec.EndpointSpec}} {{json .Endpoint}}", "plain"),
  show("{{range .Spec.TaskTemplate.Networks}}{{json .Aliases}}{{end}}", "api"),
  show("{{(index .Endpoint.VirtualIPs 0).Addr}}", "web"),
  show("{{len .Endpoint.VirtualIPs}}", "inner"),
  show("{{json .Endpoint.VirtualIPs}}", "api"),
  show("{{with .Spec.TaskTemplate.ContainerSpec.Healthcheck}}{{.Test}} {{.Interval}} {{.Retries}}{{end}}", "checked"),
  docker("service", "ps", "web"),
  docker("service", "ps", "nope"),
];

const tasks: readonly Step[] = [
  staff("web", 2),
  docker("service", "ls", "--format", "{{.Name}} {{.Replicas}}"),
  sorted("service", "ps", "web", "--format", TASKS),
  docker("service", "ps", "web", "--filter", "name=nope", "-q"),
  docker("service", "ps", "web", "--filter", "foo=bar"),
  docker("service", "ps", "web", "--filter", "desired-state=shutdown", "-q"),
  sorted("service", "ps", "web", "--filter", "desired-state=running", "--format", "{{.Name}}"),
  show("{{json .Spec.Mode}}", "web"),
];

const changing: readonly Step[] = [
  update("--label-add", "a=b", "--label-rm", "tier", "web"),
  show("{{json .Spec.Labels}}", "web"),
  update("--publish-add", "8443:443", "web"),
  show(PORTS, "web"),
  update("--publish-rm", "80", "web"),
  show(PORTS, "web"),
  update("--publish-add", "published=8443,target=444", "web"),
  update("--endpoint-mode", "dnsrr", "web"),
  update("--env-add", "A=b", "plain"),
  docker("service", "scale", "--detach", "plain=1"),
  docker("service", "rollback", "--detach", "api"),
  update("nope"),
  docker("service", "logs", "nope"),
  docker("service", "rm", "nope"),
  docker("service", "rm"),
  docker("service", "rm", "web", "api", "plain", "inner", "ports", "checked"),
  docker("service", "ls"),
];

/** At the end: who makes tasks has these services from here on. */
const meaningless: readonly Step[] = [
  create("--name", "x1", "--env", "A=b"),
  create("--name", "x2", "--constraint", "node.role==worker"),
  docker("service", "create", "--detach", "--no-resolve-image", "--name", "x3", "--mode", "global", "peerimage"),
  docker("service", "create", "--detach", "--no-resolve-image", "--name", "x4", "--replicas", "2", "peerimage"),
];

/** What both daemons are asked about services. */
export const serviceScript: readonly Step[] = [...making, ...looking, ...tasks, ...changing, ...meaningless];
