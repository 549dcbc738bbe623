import { useState } from "react";
import { Shelf } from "../live/shelf";
import type { Layout } from "./ItemList";

const shelf = new Shelf<Layout>("equipment");

/** Cards or the dense list, as it was chosen in this browser. */
export function useLayout(): [Layout, (layout: Layout) => void] {
  const [layout, setLayout] = useState<Layout>(() => (shelf.get("layout") === "list" ? "list" : "grid"));
  return [
    layout,
    (next) => {
      setLayout(next);
      shelf.set("layout", next);
    },
  ];
}
