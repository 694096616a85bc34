import type { CnmCommand } from "./cnm-command.ts";

/** Separates what a row tells; no name or address has it. */
const GAP = "|";
const NETWORK = "{{.Name}}{{range .IPAM.Config}}  {{.Subnet}}{{end}}";
const ENDPOINT =
  "{{$box := .Name}}{{range .Endpoints}}{{.Network}}|[ {{$box}} ] {{.InterfaceName}}{{range .Addresses}}  {{.}}{{end}}" +
  '{{range .Ports}}{{if eq .HostAddress "0.0.0.0"}}  ◀── host port {{.HostPort}} → {{.TargetPort}}/{{.Protocol}}{{end}}{{end}}\n{{end}}';

/** The networks, and below each the sandboxes that joined it, as `cnm` itself tells of them. */
export async function topology(
  cnm: CnmCommand,
  networks: readonly string[],
  sandboxes: readonly string[],
): Promise<string> {
  const titles = await cnm.ask("network", "inspect", "--format", NETWORK, ...networks);
  const endpoints = (await cnm.ask("sandbox", "inspect", "--format", ENDPOINT, ...sandboxes)).map((row) =>
    row.split(GAP),
  );
  const blocks = titles.map((title, at) => {
    const rows = endpoints.flatMap(([network, text = ""]) => (network === networks[at] ? [text] : []));
    const branches = rows.map((row, place) => `  │   ${place === rows.length - 1 ? "└" : "├"}── ${row}`);
    return [`  ├──( network ${title} )`, ...branches, "  │"].join("\n");
  });
  return ["", "  ( uplink )", "  │", "  host", "  │", ...blocks].join("\n").replace(/\n {2}│$/, "");
}
