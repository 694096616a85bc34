/** What has been opened, as steps back. */
export class Steps {
  readonly #steps: (() => Promise<void>)[] = [];

  push(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** The last step first, and on after failures, which are told together. */
  async undo(): Promise<void> {
    const errors: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      await step().catch((error: unknown) => errors.push(error));
    }
    const [first] = errors;
    if (errors.length === 1) throw first;
    if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join("; "));
  }
}
