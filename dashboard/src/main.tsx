import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { I18nProvider } from "react-aria-components";
import "./app/base.css";
import { App } from "./app/App";

const page = document.getElementById("page");
if (!page) throw new Error("The page has no place for its content.");
createRoot(page).render(
  <StrictMode>
    <I18nProvider locale="en-US">
      <App />
    </I18nProvider>
  </StrictMode>,
);
