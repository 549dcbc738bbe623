import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Docs } from "./Docs";
import "../design/tokens.css";
import "../design/base.css";
import "./docs.css";

const root = document.getElementById("root");
if (!root) throw new Error("docs.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Docs />
  </StrictMode>,
);
