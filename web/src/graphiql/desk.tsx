// GraphiQL with our bar, our colours and our drawer.
import { useGraphiQL, useMonaco } from "@graphiql/react";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { useEffect, useLayoutEffect, useState } from "react";
import type { Theme } from "../theme.ts";
import { colours, editorTheme, paint } from "./colours.ts";
import { SAVED } from "./drawer.tsx";
import { fetcher, saysWho } from "./fetcher.ts";
import { filled } from "./known.ts";
import { FIRST_OPERATIONS } from "./operations.ts";
import { useTheme } from "./state.ts";
import { TopBar } from "./top-bar.tsx";

const PLUGINS = [SAVED, HISTORY_PLUGIN];
const EDITOR_THEME = { light: "marquee", dark: "marquee" };
const HIDDEN_LOGO = <></>;

/** What GraphiQL has kept of an earlier visit. */
const kept = (name: string): string | null => localStorage.getItem(`graphiql:${name}`);

export function Desk() {
  const [theme, chooseTheme] = useTheme();
  const [byHeaders, setByHeaders] = useState(false);
  const [first] = useState(firstVisit);
  return (
    <>
      <TopBar byHeaders={byHeaders} theme={theme} chooseTheme={chooseTheme} />
      <GraphiQL
        fetcher={fetcher}
        plugins={PLUGINS}
        editorTheme={EDITOR_THEME}
        forcedTheme={theme}
        shouldPersistHeaders={false}
        defaultEditorToolsVisibility="variables"
        onEditHeaders={(headers) => setByHeaders(saysWho(headers))}
        {...first}
      >
        <GraphiQL.Logo>{HIDDEN_LOGO}</GraphiQL.Logo>
        <EditorLooks theme={theme} />
      </GraphiQL>
    </>
  );
}

/** The curated tabs, and the drawer where there is room for it; later visits find what they left. */
function firstVisit() {
  const tabs = FIRST_OPERATIONS.map(({ query, variables }) => ({ query, variables: filled(variables) }));
  const [front] = tabs;
  return {
    ...(kept("tabState") === null && front ? { defaultTabs: tabs, initialQuery: front.query, initialVariables: front.variables } : {}),
    ...(kept("visiblePlugin") === null && matchMedia("(min-width: 64rem)").matches ? { visiblePlugin: SAVED } : {}),
  };
}

/** Draws nothing: gives GraphiQL and the editor the colours of the theme, and breaks long lines. */
function EditorLooks({ theme }: { theme: Theme }) {
  const monaco = useMonaco((state) => state.monaco);
  const editor = useGraphiQL((state) => state.queryEditor);
  useEffect(() => editor?.updateOptions({ wordWrap: "on", wrappingIndent: "indent" }), [editor]);
  useLayoutEffect(() => {
    const now = colours();
    paint(now);
    monaco?.editor.defineTheme("marquee", editorTheme(now, theme === "dark" ? "vs-dark" : "vs"));
    monaco?.editor.setTheme("marquee");
  }, [monaco, theme]);
  return null;
}
