// Stands for the worker: works until SIGTERM; fails at once when the test says so.
if (process.env.STAND_IN_FAILS === 'yes') process.exit(7);
console.log(`worker ${process.pid}`);
setInterval(() => undefined, 1000);
process.on('SIGTERM', () => process.exit(0));
