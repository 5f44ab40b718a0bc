// What VS Code loads as the tests (it wants CommonJS). The suite itself is an ES module and leaves a result file only at
// its end: VS Code reports success also when the extension host dies in the middle of the tests.
const { pathToFileURL } = require('node:url');

exports.run = async () => {
  const suite = await import(pathToFileURL(process.env.SHOTLIST_TEST_SUITE).href);
  await suite.run();
};
