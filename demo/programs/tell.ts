/** What came of it, as a command line tool says it. */
export async function tell(work: Promise<string>): Promise<void> {
  try {
    console.log(await work);
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
