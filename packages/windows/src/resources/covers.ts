import { formatAddress, readAddress } from "@cnm/core";

/** Whether lists may have more than is wanted, what a member is called by, and which fields are left out of the comparison. */
type Fields = Readonly<Record<string, unknown>>;

/** HNS does not show what it was asked at creation, nor always the metric of a route. */
const UNSEEN = new Set(["CreateWithCompartment", "ReadyOnCreate", "Metric", "IpSubnetId", "ID"]);
/** Of these, one more is as much of a fault as one less. */
const COUNTED = new Set(["ACL", "PortMapping"]);
/** Lists that are wrong with one more, too. */
const EXACT_LISTS = new Set(["HostComputeEndpoints", "FrontendVIPs", "PortMappings"]);
const BITS = new Set(["Flags"]);
/** Lists in a text: their order says nothing. */
const COMMA_LISTS = new Set(["LocalAddresses", "RemoteAddresses", "LocalPorts", "RemotePorts", "Protocols"]);

/**
 * What a document that HNS shows lacks of the wanted one; undefined: nothing. HNS leaves out fields that have their defaults, adds
 * what it chose itself, and spells ids and addresses in its own way.
 */
export function lacks(wanted: Fields, found: Fields, path = ""): string | undefined {
  for (const [name, value] of Object.entries(wanted)) {
    if (UNSEEN.has(name)) continue;
    const where = path === "" ? name : `${path}.${name}`;
    const missing =
      name === "Policies" ? lacksPolicies(value, found[name]) : lacksValue(name, value, found[name], where);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function lacksValue(name: string, wanted: unknown, found: unknown, where: string): string | undefined {
  if (isDefault(wanted) && isDefault(found)) return undefined;
  if (Array.isArray(wanted)) return lacksItems(name, wanted, Array.isArray(found) ? found : [], where);
  if (isFields(wanted)) return lacks(wanted, isFields(found) ? found : {}, where);
  const same =
    BITS.has(name) && typeof wanted === "number"
      ? ((typeof found === "number" ? found : 0) & wanted) === wanted
      : plain(name, wanted) === plain(name, found);
  return same ? undefined : `${where} is ${shown(found)}, not ${shown(wanted)}`;
}

function lacksItems(
  name: string,
  wanted: readonly unknown[],
  found: readonly unknown[],
  where: string,
): string | undefined {
  for (const item of wanted) {
    const there = found.some((candidate) => lacksValue("", item, candidate, where) === undefined);
    if (!there) return `${where} is ${shown(found)}, without ${shown(item)}`;
  }
  if (EXACT_LISTS.has(name) && found.length > wanted.length) return `${where} is ${shown(found)}, not ${shown(wanted)}`;
  return undefined;
}

function lacksPolicies(wanted: unknown, found: unknown): string | undefined {
  const all = policiesOf(wanted);
  const left = [...policiesOf(found)];
  for (const policy of all) {
    const at = left.findIndex((candidate) => samePolicy(policy, candidate));
    if (at < 0) return `policy ${shown(policy)} is missing`;
    left.splice(at, 1);
  }
  const extra = left.find(({ Type }) => COUNTED.has(Type));
  return extra === undefined ? undefined : `policy ${shown(extra)} is not ours`;
}

interface AnyPolicy {
  readonly Type: string;
  readonly Settings: Fields;
}

/** A policy that has exactly what is wanted, and defaults beside it. */
function samePolicy(wanted: AnyPolicy, found: AnyPolicy): boolean {
  if (wanted.Type !== found.Type || lacks(wanted.Settings, found.Settings) !== undefined) return false;
  if (!COUNTED.has(wanted.Type)) return true;
  return lacks(withoutIds(found.Settings), wanted.Settings) === undefined;
}

const withoutIds = ({ Id: _, VIP: __, ...rest }: Fields): Fields => rest;

const policiesOf = (list: unknown): readonly AnyPolicy[] => (Array.isArray(list) ? list.filter(isPolicy) : []);
const isPolicy = (value: unknown): value is AnyPolicy =>
  isFields(value) && typeof value["Type"] === "string" && isFields(value["Settings"]);

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isDefault(value: unknown): boolean {
  if (value === undefined || value === null || value === 0 || value === false) return true;
  if (value === "" || value === "None") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && Object.values(value).every(isDefault);
}

/** One spelling for what HNS spells in several. */
function plain(name: string, value: unknown): unknown {
  if (isDefault(value)) return "";
  if (typeof value !== "string") return value;
  const text = value.toLowerCase();
  if (COMMA_LISTS.has(name)) return text.split(",").map(onePlain).sort().join(",");
  return onePlain(text);
}

function onePlain(text: string): string {
  const [address = "", length] = text.trim().split("/");
  const read = readAddress(address);
  if (typeof read === "string") return text.trim();
  return length === undefined ? formatAddress(read) : `${formatAddress(read)}/${length}`;
}

const shown = (value: unknown): string => (value === undefined ? "not set" : JSON.stringify(value));
