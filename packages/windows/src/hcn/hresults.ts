import type { ErrorKind } from "@cnm/core";

interface Known {
  readonly name: string;
  readonly text: string;
  readonly kind: ErrorKind;
}

const known = (name: string, kind: ErrorKind, text: string): Known => ({ name, kind, text });

/** winerror.h, as far as HNS answers with it. The texts are ours, for people. */
const KNOWN: Readonly<Record<number, Known>> = {
  2151350273: known("HCN_E_NETWORK_NOT_FOUND", "not-found", "there is no such network"),
  2151350274: known("HCN_E_ENDPOINT_NOT_FOUND", "not-found", "there is no such endpoint"),
  2151350275: known("HCN_E_LAYER_NOT_FOUND", "not-found", "the layer below the network is gone"),
  2151350276: known("HCN_E_SWITCH_NOT_FOUND", "not-found", "the virtual switch is gone"),
  2151350277: known("HCN_E_SUBNET_NOT_FOUND", "unavailable", "the network has no subnet with a free address for it"),
  2151350278: known("HCN_E_ADAPTER_NOT_FOUND", "not-found", "there is no such adapter, or it carries another switch"),
  2151350279: known("HCN_E_PORT_NOT_FOUND", "not-found", "the switch has no such port"),
  2151350280: known("HCN_E_POLICY_NOT_FOUND", "not-found", "there is no policy that is exactly like this"),
  2151350281: known("HCN_E_VFP_PORTSETTING_NOT_FOUND", "internal", "VFP is not set up on the port"),
  2151350282: known("HCN_E_INVALID_NETWORK", "invalid", "the network's settings are wrong or incomplete"),
  2151350283: known("HCN_E_INVALID_NETWORK_TYPE", "invalid", "there is no such type of network"),
  2151350284: known("HCN_E_INVALID_ENDPOINT", "invalid", "the endpoint's settings are wrong or incomplete"),
  2151350285: known("HCN_E_INVALID_POLICY", "invalid", "the policy's settings are wrong or incomplete"),
  2151350286: known("HCN_E_INVALID_POLICY_TYPE", "invalid", "there is no such type of policy"),
  2151350287: known("HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION", "invalid", "a remote endpoint cannot do this"),
  2151350288: known("HCN_E_NETWORK_ALREADY_EXISTS", "conflict", "there is a network with this name or id"),
  2151350289: known("HCN_E_LAYER_ALREADY_EXISTS", "conflict", "the layer is there already"),
  2151350290: known("HCN_E_POLICY_ALREADY_EXISTS", "conflict", "the policy is there already"),
  2151350291: known("HCN_E_PORT_ALREADY_EXISTS", "conflict", "the port is taken"),
  2151350292: known("HCN_E_ENDPOINT_ALREADY_ATTACHED", "conflict", "the endpoint is attached already"),
  2151350293: known("HCN_E_REQUEST_UNSUPPORTED", "unsupported", "HNS does not support this request"),
  2151350294: known("HCN_E_MAPPING_NOT_SUPPORTED", "unsupported", "this type of network publishes no ports"),
  2151350295: known(
    "HCN_E_DEGRADED_OPERATION",
    "unavailable",
    "its switch or adapter is gone: delete it, and make it again",
  ),
  2151350296: known("HCN_E_SHARED_SWITCH_MODIFICATION", "conflict", "other networks use the same switch"),
  2151350297: known("HCN_E_GUID_CONVERSION_FAILURE", "invalid", "an id is no GUID"),
  2151350298: known("HCN_E_REGKEY_FAILURE", "internal", "HNS cannot read or write its registry keys"),
  2151350299: known("HCN_E_INVALID_JSON", "invalid", "this version of HNS does not understand the document"),
  2151350300: known("HCN_E_INVALID_JSON_REFERENCE", "invalid", "the document refers to something that is not there"),
  2151350301: known("HCN_E_ENDPOINT_SHARING_DISABLED", "forbidden", "the endpoint must not be shared"),
  2151350302: known("HCN_E_INVALID_IP", "invalid", "the address is none, or in no subnet of the network"),
  2151350303: known("HCN_E_SWITCH_EXTENSION_NOT_FOUND", "not-found", "the switch has no such extension"),
  2151350304: known("HCN_E_MANAGER_STOPPED", "unavailable", "HNS is stopping"),
  2151350305: known("GCN_E_MODULE_NOT_FOUND", "not-found", "the guest has no such module"),
  2151350306: known("GCN_E_NO_REQUEST_HANDLERS", "unsupported", "the guest does not handle this request"),
  2151350307: known("GCN_E_REQUEST_UNSUPPORTED", "unsupported", "the guest does not support this request"),
  2151350308: known("GCN_E_RUNTIMEKEYS_FAILED", "internal", "the guest's registry keys cannot be written"),
  2151350309: known("GCN_E_NETADAPTER_TIMEOUT", "unavailable", "the adapter did not appear in time"),
  2151350310: known("GCN_E_NETADAPTER_NOT_FOUND", "not-found", "the adapter is not there"),
  2151350311: known("GCN_E_NETCOMPARTMENT_NOT_FOUND", "not-found", "the compartment is not there"),
  2151350312: known("GCN_E_NETINTERFACE_NOT_FOUND", "not-found", "the interface is not there"),
  2151350313: known("GCN_E_DEFAULTNAMESPACE_EXISTS", "conflict", "there is a default namespace already"),
  2151350314: known(
    "HCN_E_ICS_DISABLED",
    "unavailable",
    "Internet Connection Sharing (service SharedAccess) is disabled: enable it",
  ),
  2151350315: known("HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS", "conflict", "the endpoint is in a namespace already"),
  2151350316: known("HCN_E_ENTITY_HAS_REFERENCES", "conflict", "something still uses it"),
  2151350317: known("HCN_E_INVALID_INTERNAL_PORT", "invalid", "the internal port is missing"),
  2151350318: known("HCN_E_NAMESPACE_ATTACH_FAILED", "internal", "the endpoint could not be put into the namespace"),
  2151350319: known(
    "HCN_E_ADDR_INVALID_OR_RESERVED",
    "conflict",
    "the address is reserved, or another endpoint has it",
  ),
  2151350320: known("HCN_E_INVALID_PREFIX", "invalid", "the prefix is none"),
  2151350321: known("HCN_E_OBJECT_USED_AFTER_UNLOAD", "unavailable", "HNS has unloaded the object"),
  2151350322: known("HCN_E_INVALID_SUBNET", "invalid", "the subnet is none"),
  2151350323: known("HCN_E_INVALID_IP_SUBNET", "invalid", "the IP subnet is not part of the subnet"),
  2151350324: known("HCN_E_ENDPOINT_NOT_ATTACHED", "not-found", "the endpoint is not attached"),
  2151350325: known("HCN_E_ENDPOINT_NOT_LOCAL", "invalid", "the endpoint is on another host"),
  2151350326: known(
    "HCN_INTERFACEPARAMETERS_ALREADY_APPLIED",
    "conflict",
    "the endpoint has interface parameters already",
  ),
  2151350327: known("HCN_E_VFP_NOT_ALLOWED", "unsupported", "this type of network has no VFP"),
  2147500033: known("E_NOTIMPL", "unsupported", "this version of HNS does not have the function"),
  2147500035: known("E_POINTER", "internal", "a pointer is missing"),
  2147500037: known("E_FAIL", "internal", "HNS does not say why"),
  2147942402: known("ERROR_FILE_NOT_FOUND", "not-found", "it is not there"),
  2147942405: known("ERROR_ACCESS_DENIED", "forbidden", "only administrators may: run as Administrator or LocalSystem"),
  2147942406: known("ERROR_INVALID_HANDLE", "internal", "the handle is not valid"),
  2147942414: known("ERROR_OUTOFMEMORY", "unavailable", "out of memory"),
  2147942432: known("ERROR_SHARING_VIOLATION", "conflict", "the port is in use, or in a range that Windows excludes"),
  2147942450: known("ERROR_NOT_SUPPORTED", "unsupported", "Windows does not support this"),
  2147942452: known("ERROR_DUP_NAME", "conflict", "another network has this prefix or name"),
  2147942487: known("ERROR_INVALID_PARAMETER", "invalid", "a parameter is wrong"),
  2147942526: known("ERROR_MOD_NOT_FOUND", "unsupported", "the library is not there"),
  2147942527: known("ERROR_PROC_NOT_FOUND", "unsupported", "the library does not have the function"),
  2147942583: known("ERROR_ALREADY_EXISTS", "conflict", "it is there already"),
  2147943458: known("ERROR_SERVICE_DISABLED", "unavailable", "the service is disabled: enable and start it"),
  2147943462: known("ERROR_SERVICE_NOT_ACTIVE", "unavailable", "the service does not run: start hns"),
  2147943568: known("ERROR_NOT_FOUND", "not-found", "it is not there"),
  2147944122: known("RPC_S_SERVER_UNAVAILABLE", "unavailable", "HNS does not run: start the service hns"),
  2147944126: known("RPC_S_CALL_FAILED", "unavailable", "HNS ended during the call"),
  2147944127: known("RPC_S_CALL_FAILED_DNE", "unavailable", "HNS ended before the call"),
  2147947410: known("ERROR_OBJECT_ALREADY_EXISTS", "conflict", "an object like this is there already"),
};

/** The name of an unsigned HRESULT, what it means, and what kind of fault that is. */
export function describeHresult(hresult: number): Known {
  return KNOWN[hresult] ?? known(`0x${hresult.toString(16).padStart(8, "0")}`, "internal", "HNS failed");
}

/** Networks and endpoints have codes of their own; everything else is simply not found. */
const NOT_FOUND: ReadonlySet<number> = new Set([0x803b0001, 0x803b0002, 0x80070490]);
const EXISTS: ReadonlySet<number> = new Set([0x803b0010, 0x803b0012, 0x803b0013, 0x800700b7, 0x80071392, 0x80070034]);

/** The object that was asked for is not there. */
export const meansNotFound = (hresult: number): boolean => NOT_FOUND.has(hresult);
/** What was to be made is there already. */
export const meansExists = (hresult: number): boolean => EXISTS.has(hresult);

export const HCN_E_INVALID_JSON = 0x803b001b;
export const E_POINTER = 0x80004003;
export const E_FAIL = 0x80004005;
