import type { Change, Finding, OwnerRef, Resource } from "@cnm/core";

export const ownerJson = ({ kind, id }: OwnerRef) => ({ Kind: kind, Id: id });

/** One line of the doctor's report. */
export function findingJson({ type, owner, object, key, message, cause, repairable }: Finding) {
  return {
    Type: type,
    Owner: ownerJson(owner),
    Object: object,
    Key: key,
    Message: message,
    ...(cause === undefined ? {} : { Cause: cause }),
    Repairable: repairable,
  };
}

export type FindingJson = ReturnType<typeof findingJson>;

/** A host object. What its kind has besides stands in `Details`, in the platform's own words. */
export function resourceJson({ kind, key, owner, shared, ...details }: Resource) {
  return { Kind: kind, Key: key, Owner: ownerJson(owner), Shared: shared === true, Details: details };
}

export type ResourceJson = ReturnType<typeof resourceJson>;

/** A step of the host: a key in both lists is a change of one object in place. */
export function changeJson({ remove, add }: Change) {
  const removed = new Set(remove.map(({ key }) => key));
  const added = new Set(add.map(({ key }) => key));
  return [
    ...remove.filter(({ key }) => !added.has(key)).map((resource) => ({ Action: "remove", ...resourceJson(resource) })),
    ...add.map((resource) => ({ Action: removed.has(resource.key) ? "change" : "add", ...resourceJson(resource) })),
  ];
}

export type DifferenceJson = ReturnType<typeof changeJson>[number];
