/** Makes this process do the one task its parent sends, answer, and end. */
export function answerTask<Task, Report>(work: (task: Task) => Promise<Report>): void {
  process.once('message', (task: Task) => {
    work(task).then(
      (report) => reply({ ok: report }),
      (error: unknown) => reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}

/** The answer may be large: the process stays until it is through. */
function reply(message: object): void {
  process.send?.(message, undefined, undefined, () => process.once('disconnect', () => process.exit()));
}
