import type { NftElementSpec } from "../nftables/spec.ts";
import type { NftTransaction } from "../nftables/transaction.ts";
import type { NftServiceResource } from "../resources/resource.ts";
import { chainName, entryElement, serviceChain, slotElements, summary } from "./service-chain.ts";

/** The chain first: nothing may lead to one that is not there. */
export function addService(transaction: NftTransaction, service: NftServiceResource): void {
  if (service.slots.length > 0) transaction.addChain(serviceChain(service));
  transaction.addElements([...slotElements(service), entryElement(service)]);
}

export function removeService(transaction: NftTransaction, service: NftServiceResource): void {
  transaction.deleteElements([entryElement(service), ...slotElements(service)]);
  if (service.slots.length > 0) transaction.deleteChain(chainName(service));
}

/** Only the slots that differ; and the rule, if there are more or fewer of them. */
export function alterService(transaction: NftTransaction, before: NftServiceResource, after: NftServiceResource): void {
  if (before.slots.length === 0 || after.slots.length === 0) {
    removeService(transaction, before);
    addService(transaction, after);
    return;
  }
  const was = slotElements(before);
  const shall = slotElements(after);
  const differs = (element: NftElementSpec, at: number, others: readonly NftElementSpec[]) =>
    others[at] === undefined || String(others[at].data) !== String(element.data);
  transaction.deleteElements(was.filter((element, at) => differs(element, at, shall)));
  transaction.addElements(shall.filter((element, at) => differs(element, at, was)));
  if (summary(before) !== summary(after)) transaction.replaceRules(serviceChain(after));
}
