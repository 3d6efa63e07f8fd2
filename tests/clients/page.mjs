// Prints the documents of web/plain.html as JSON; that its script can be parsed at all is half the test.
import { readFileSync } from "node:fs";
import { Script, createContext } from "node:vm";

const [, script] = readFileSync(process.argv[2], "utf8").match(/<script>([\s\S]*?)<\/script>/);
new Script(script);
const documents = script.slice(script.indexOf("const known"), script.indexOf("// ---"));
const told = new Script(`${documents}; JSON.stringify([...EXAMPLES, { query: LOGIN }, { query: SCHEMA }].map(({ query }) => query))`);
console.log(told.runInContext(createContext({})));
