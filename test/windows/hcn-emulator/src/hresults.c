#include "hresults.h"

#include <stddef.h>

static const struct {
  HRESULT result;
  const char *text;
} TEXTS[] = {
    {HCN_E_NETWORK_NOT_FOUND, "The network was not found. "},
    {HCN_E_ENDPOINT_NOT_FOUND, "The endpoint was not found. "},
    {HCN_E_SUBNET_NOT_FOUND, "The network does not have a subnet for this endpoint. "},
    {HCN_E_ADAPTER_NOT_FOUND, "An adapter was not found. "},
    {HCN_E_POLICY_NOT_FOUND, "Expected policy not found. "},
    {HCN_E_INVALID_NETWORK, "The network configuration is invalid or missing parameters. "},
    {HCN_E_INVALID_NETWORK_TYPE, "Invalid network type. "},
    {HCN_E_INVALID_ENDPOINT, "The endpoint configuration is invalid or missing parameters. "},
    {HCN_E_INVALID_POLICY, "The policy configuration is invalid or missing parameters. "},
    {HCN_E_INVALID_POLICY_TYPE, "Invalid policy type. "},
    {HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION, "This requested operation is invalid for a remote endpoint. "},
    {HCN_E_NETWORK_ALREADY_EXISTS, "A network with this name already exists. "},
    {HCN_E_POLICY_ALREADY_EXISTS, "The policy already exists. "},
    {HCN_E_PORT_ALREADY_EXISTS, "The specified port already exists. "},
    {HCN_E_REQUEST_UNSUPPORTED, "The request is not supported. "},
    {HCN_E_MAPPING_NOT_SUPPORTED, "Port mapping is not supported on the given network. "},
    {HCN_E_DEGRADED_OPERATION, "There was an operation attempted on a degraded object. "},
    {HCN_E_GUID_CONVERSION_FAILURE, "A GUID could not be converted. "},
    {HCN_E_INVALID_JSON, "Invalid JSON document string. "},
    {HCN_E_INVALID_IP, "The IP address is either invalid or not part of any configured subnet(s). "},
    {GCN_E_DEFAULTNAMESPACE_EXISTS, "Default namespace exists. "},
    {HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS, "The endpoint is already attached to a namespace. "},
    {HCN_E_ENTITY_HAS_REFERENCES, "Could not remove the entity, it is still referenced. "},
    {HCN_E_INVALID_INTERNAL_PORT, "The internal port must be given and cannot be zero. "},
    {HCN_E_ADDR_INVALID_OR_RESERVED, "The IP address is invalid or reserved. "},
    {HCN_E_INVALID_PREFIX, "The prefix is invalid. "},
    {HCN_E_INVALID_SUBNET, "The subnet is invalid. "},
    {HCN_E_INVALID_IP_SUBNET, "The IP subnet is invalid. "},
    {HCN_E_ENDPOINT_NOT_ATTACHED, "The endpoint is not attached. "},
    {HCN_INTERFACEPARAMETERS_ALREADY_APPLIED, "Interface parameters are already applied. "},
    {E_WIN32_SHARING_VIOLATION, "The process cannot access the file because it is being used by another process. "},
    {E_WIN32_DUP_NAME, "You were not connected because a duplicate name exists on the network. "},
    {E_WIN32_ALREADY_EXISTS, "Cannot create a file when that file already exists. "},
    {E_WIN32_ELEMENT_NOT_FOUND, "Element not found. "},
    {E_WIN32_RPC_UNAVAILABLE, "The RPC server is unavailable. "},
    {E_WIN32_OBJECT_ALREADY_EXISTS, "The object already exists. "},
    {E_ACCESSDENIED, "Access is denied. "},
    {E_INVALIDARG, "The parameter is incorrect. "},
    {E_POINTER, "Invalid pointer. "},
    {E_HANDLE, "The handle is invalid. "},
    {E_NOTIMPL, "Not implemented. "},
};

const char *resultText(HRESULT result) {
  for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
    if (TEXTS[i].result == result) return TEXTS[i].text;
  return "Unspecified error. ";
}
