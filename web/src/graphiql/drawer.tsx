// The drawer of saved operations: a GraphiQL plugin that lists them by task.
import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { Kind, parse } from "graphql";
import { useId, useState } from "react";
import { filled } from "./known.ts";
import { type Operation, grouped } from "./operations.ts";
import { SAVED_TITLE, closeDrawerIfItCovers } from "./panes.ts";
import { useLanguage } from "./state.ts";
import { say, sayGroup } from "./text.ts";

function Drawer() {
  useLanguage();
  const [wanted, setWanted] = useState("");
  const found = grouped(wanted);
  return (
    <section className="saved" aria-label={say("saved")}>
      <h2>{say("saved")}</h2>
      <p className="soft">{say("savedHint")}</p>
      <input type="search" aria-label={say("find")} placeholder={say("find")} value={wanted} onChange={(event) => setWanted(event.target.value)} />
      {found.map(([group, operations]) => <Group key={group} name={group} operations={operations} />)}
      {found.length === 0 && <p className="soft" role="status">{say("none")}</p>}
      <p className="soft small">{say("folder")}</p>
    </section>
  );
}

function Group({ name, operations }: { name: string; operations: Operation[] }) {
  const title = useId();
  const open = useOpen();
  return (
    <>
      <h3 id={title}>{sayGroup(name)}</h3>
      <ul role="list" aria-labelledby={title}>
        {operations.map((operation) => (
          <li key={operation.name}>
            <button type="button" data-operation={operation.name} onClick={() => open(operation)}>
              <span className="title">{operation.title}</span>
              <span className={`kind ${operation.kind}`}>{say(operation.kind)}</span>
              <span className="about">{operation.about}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Open an operation in a tab: the one that has it, the one in front if that is empty, else a new one. */
function useOpen(): (operation: Operation) => void {
  const { addTab, changeTab, setOperationFacts, updateActiveTabValues } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor } = useGraphiQL(({ tabs, queryEditor, variableEditor }) => ({ tabs, queryEditor, variableEditor }));
  return ({ query, variables }) => {
    const at = tabs.findIndex((tab) => tab.query === query);
    if (at >= 0) changeTab(at);
    else if (queryEditor?.getValue().trim()) addTab();
    const facts = factsOf(query);
    const values = { query, variables: filled(variables), operationName: facts.operationName };
    updateActiveTabValues(values);
    setOperationFacts(facts);
    queryEditor?.setValue(values.query);
    variableEditor?.setValue(values.variables);
    closeDrawerIfItCovers();
    queryEditor?.focus();
  };
}

/** What GraphiQL finds out by itself a moment later: told now, so that whoever runs it at once runs this one. */
function factsOf(query: string) {
  const documentAST = parse(query);
  const operations = documentAST.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  return { documentAST, operations, operationName: operations[0]?.name?.value ?? "" };
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinejoin="round" strokeLinecap="round" aria-hidden="true">
      <path d="M6 3h12a1 1 0 0 1 1 1v17l-7-4.5L5 21V4a1 1 0 0 1 1-1Z" />
      <path d="M9 8h6M9 11.5h4" />
    </svg>
  );
}

export const SAVED: GraphiQLPlugin = { title: SAVED_TITLE, icon: Icon, content: Drawer };
