/** Ends a run with `N passed, N failed`, which Jest does not print by itself. A suite that could not run counts as failed. */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    // Jest's own summary comes after its reporters; the very last line is written when the process ends, and to the
    // stream that the summary goes to.
    process.once('exit', () => process.stderr.write(`${results.numPassedTests} passed, ${failed} failed${tail}\n`));
  }
}
