import { useState } from "react";
import { Dialog } from "../design/Dialog";
import type { Vehicle } from "./known";

const MANY = 8; // more need a search

interface Props {
  title: string;
  vehicles: readonly Vehicle[];
  chosen: string | null;
  onChoose: (slug: string) => void;
  onClose: () => void;
}

export function VehicleDialog({ title, vehicles, chosen, onChoose, onClose }: Props) {
  const [search, setSearch] = useState("");
  const found = vehicles.filter(({ name, slug }) => `${name}\n${slug}`.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <Dialog title={title} onClose={onClose}>
      {vehicles.length > MANY && (
        <input
          type="search"
          aria-label="Find a vehicle"
          placeholder="Find a vehicle…"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      {found.length === 0 && <p className="dim">No vehicle here to load: ask a dispatcher to assign one.</p>}
      <ul className="choices">
        {found.map(({ slug, name }) => (
          <li key={slug}>
            <button type="button" className="button" aria-pressed={slug === chosen} onClick={() => onChoose(slug)}>
              {name}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
