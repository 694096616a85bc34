import { CnmError, formatOwner, HOST_OWNER } from "@cnm/core";
import type { HandlerChange, HandlerScope, ResourceHandler } from "../resources/handler.ts";
import type { IptablesChainsResource, IptablesRuleResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";
import { digestOfFound } from "./digest.ts";
import { elementsOf } from "./elements.ts";
import type { IptablesProgram } from "./iptables-program.ts";
import type { SavedTable } from "./parse-save.ts";
import { type FamilyChange, restoreInput } from "./restore-input.ts";
import type { ChainsSpec } from "./spec.ts";

type IptablesResource = IptablesChainsResource | IptablesRuleResource;

export interface IptablesHandlerParts {
  readonly chains: Readonly<Record<4 | 6, ChainsSpec>>;
  readonly program: IptablesProgram;
}

/**
 * Makes chains and rules. A change reads each family that it concerns (iptables does not refuse what is there twice, and
 * does refuse to delete what is gone, so one has to look), and then writes it with one process. There is no watch: the
 * kernel does not tell of changes in these tables, so drift shows when somebody asks.
 */
export function iptablesHandler(parts: IptablesHandlerParts): ResourceHandler<IptablesResource> {
  return new IptablesHandler(parts);
}

const FAMILIES = [4, 6] as const;

class IptablesHandler implements ResourceHandler<IptablesResource> {
  readonly kinds = ["iptables-chains", "iptables-rule"] as const;
  readonly #chains: IptablesHandlerParts["chains"];
  readonly #program: IptablesProgram;
  /** Between reading and writing nobody else of this process may write. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ chains, program }: IptablesHandlerParts) {
    this.#chains = chains;
    this.#program = program;
  }

  apply(change: HandlerChange<IptablesResource>): Promise<void> {
    const work = this.#turn.then(() => this.#apply(change));
    this.#turn = work.catch(() => undefined);
    return work;
  }

  async observe({ owners }: HandlerScope<IptablesResource>): Promise<readonly IptablesResource[]> {
    const found = await Promise.all(
      FAMILIES.filter((family) => this.#program.has(family)).map(async (family) =>
        this.#resources(family, await this.#program.save(family)),
      ),
    );
    return found.flat().filter(({ owner }) => owners === undefined || owners.has(formatOwner(owner)));
  }

  difference(wanted: IptablesResource, found: IptablesResource): string | undefined {
    if (!isChains(wanted) || !isChains(found) || wanted.digest === found.digest) return undefined;
    return "its chains, their fixed rules or the jumps to them are not as they shall be";
  }

  async close(): Promise<void> {
    await this.#turn;
  }

  async #apply(change: HandlerChange<IptablesResource>): Promise<void> {
    const before = new Map<4 | 6, readonly SavedTable[]>();
    const results = await Promise.allSettled(
      FAMILIES.map(async (family) => {
        const part = partOf(family, change);
        if (part === undefined) return;
        const found = await this.#program.save(family);
        const input = restoreInput(this.#chains[family], found, part);
        if (input === "") return;
        before.set(family, found);
        await this.#program.restore(family, input);
      }),
    );
    const failures = reasons(results);
    if (failures.length > 0) throw await this.#undo(before, change, failures);
  }

  /** Resolves to the error to throw. A failed family too may have got its first tables. */
  async #undo(
    before: ReadonlyMap<4 | 6, readonly SavedTable[]>,
    change: HandlerChange<IptablesResource>,
    causes: readonly unknown[],
  ): Promise<unknown> {
    const results = await Promise.allSettled(
      [...before].map(async ([family, tables]) => {
        const now = await this.#program.save(family);
        const input = restoreInput(this.#chains[family], now, this.#wayBack(family, tables, now, change));
        if (input !== "") await this.#program.restore(family, input);
      }),
    );
    const failures = reasons(results);
    if (causes.length + failures.length === 1) return causes[0];
    const message = causes.map(messageOf).join("; ");
    const lasting = failures.length > 0 ? ", and undoing it failed too: something may be left" : "";
    return new AggregateError([...causes, ...failures], `${message}${lasting}`, { cause: causes[0] });
  }

  #wayBack(
    family: 4 | 6,
    before: readonly SavedTable[],
    now: readonly SavedTable[],
    change: HandlerChange<IptablesResource>,
  ): FamilyChange {
    const then = this.#rules(family, before);
    if (digestOfFound(this.#chains[family], before) === undefined) return { chains: "drop", remove: [], add: [] };
    const touchesChains = [...change.remove, ...change.add].some((one) => isChains(one) && one.family === family);
    return { ...(touchesChains ? { chains: "make" } : {}), remove: this.#rules(family, now), add: then };
  }

  #resources(family: 4 | 6, tables: readonly SavedTable[]): readonly IptablesResource[] {
    const digest = digestOfFound(this.#chains[family], tables);
    if (digest === undefined) return [];
    const chains = keyed({ kind: "iptables-chains", owner: HOST_OWNER, shared: true, family, digest });
    return [chains, ...this.#rules(family, tables)];
  }

  #rules(family: 4 | 6, tables: readonly SavedTable[]): readonly IptablesRuleResource[] {
    const rules = elementsOf(family, tables).map(({ resource }) => resource);
    return [...new Map(rules.map((rule) => [rule.key, rule])).values()];
  }
}

/** Undefined: the change does not concern this family. */
function partOf(family: 4 | 6, change: HandlerChange<IptablesResource>): FamilyChange | undefined {
  const concerns = (one: IptablesResource): boolean => one.family === family;
  const [remove, add] = [change.remove.filter(concerns), change.add.filter(concerns)];
  if (remove.length + add.length === 0) return undefined;
  const chains = add.some(isChains) ? "make" : remove.some(isChains) ? "drop" : undefined;
  return { ...(chains === undefined ? {} : { chains }), remove: remove.filter(isRule), add: add.filter(isRule) };
}

const isChains = (one: IptablesResource): one is IptablesChainsResource => one.kind === "iptables-chains";
const isRule = (one: IptablesResource): one is IptablesRuleResource => one.kind === "iptables-rule";

const reasons = (results: readonly PromiseSettledResult<unknown>[]): readonly unknown[] =>
  results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));

const messageOf = (error: unknown): string => (error instanceof CnmError ? error.message : String(error));
