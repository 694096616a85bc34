/** Records by id and by name. */
export class NamedRecords<T extends { readonly id: string; readonly name: string }> {
  readonly #byId = new Map<string, T>();
  readonly #byName = new Map<string, T>();

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  named(name: string): T | undefined {
    return this.#byName.get(name);
  }

  get size(): number {
    return this.#byId.size;
  }

  values(): readonly T[] {
    return [...this.#byId.values()];
  }

  put(record: T): void {
    this.#byId.set(record.id, record);
    this.#byName.set(record.name, record);
  }

  delete({ id, name }: Pick<T, "id" | "name">): void {
    this.#byId.delete(id);
    if (this.#byName.get(name)?.id === id) this.#byName.delete(name);
  }
}
