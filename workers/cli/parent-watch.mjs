// Loaded into the children of `start` before their own code: when the parent is gone, however it died, they end too.
if (process.channel) {
  process.on('disconnect', () => {
    // The same orderly end as on request, …
    process.kill(process.pid, 'SIGTERM');
    // … and the end in any case.
    setTimeout(() => process.exit(1), 10_000).unref();
  });
  // Watching alone is no reason to live on.
  process.channel.unref();
}
