/** Who a host object belongs to. Written on the object itself, so that the host alone tells what is ours. */
export interface OwnerRef {
  readonly kind: "host" | "network" | "sandbox" | "endpoint" | "service";
  /** The whole id of the network, sandbox, endpoint or service; "" for the host itself. */
  readonly id: string;
}

/** What the whole host shares: tables, forwarding. Lives as long as anything needs it. */
export const HOST_OWNER: OwnerRef = { kind: "host", id: "" };

const PREFIX = "cnm:";
const TEXT = /^cnm:(host|network|sandbox|endpoint|service)(?::([0-9a-f]*))?$/;

/** `cnm:endpoint:4f0c…`: 77 characters at most, which fits an ifalias (255) and an nftables comment (127). */
export function formatOwner(owner: OwnerRef): string {
  return owner.id === "" ? `${PREFIX}${owner.kind}` : `${PREFIX}${owner.kind}:${owner.id}`;
}

/** The owner in a tag that {@link formatOwner} wrote; undefined for anybody else's text. */
export function parseOwner(text: string): OwnerRef | undefined {
  const match = TEXT.exec(text);
  if (match === null) return undefined;
  return { kind: match[1] as OwnerRef["kind"], id: match[2] ?? "" };
}

export const sameOwner = (a: OwnerRef, b: OwnerRef): boolean => a.kind === b.kind && a.id === b.id;
