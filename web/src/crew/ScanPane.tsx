import { useState } from "react";
import type { Me, Project } from "../contract/types";
import { useStore } from "../live/store";
import { OutboxFull } from "../live/outbox";
import { useHandScanner } from "../scanner/useHandScanner";
import { tagOf, type Known } from "./known";
import { wordsOf, type Mode } from "./modes";
import { ScanModes } from "./ScanModes";
import { ScanResults } from "./ScanResults";
import { TypeCode } from "./TypeCode";
import { useAim } from "./useAim";
import { useCrew } from "./useCrew";
import { VehicleDialog } from "./VehicleDialog";
import { Viewfinder } from "./Viewfinder";

interface Props {
  me: Me;
  project: Project;
  known: Known;
  canScan: boolean;
}

/** Scan with the camera, a hand scanner or by typing; what became of each below. */
export function ScanPane({ me, project, known, canScan }: Props) {
  const { log } = useCrew();
  const latest = useStore(log.latest);
  const [aim, setAim] = useAim(me.slug, project.slug);
  const [choosing, setChoosing] = useState<Mode | null>(null); // the mode that wants a vehicle
  const [error, setError] = useState<string | null>(null);
  const vehicle = known.vehicles.find(({ slug }) => slug === aim.vehicle)?.name ?? aim.vehicle ?? "";
  const words = wordsOf(aim.mode);

  function scan(text: string, symbology: string | null) {
    const { mode } = aim;
    try {
      const tag = symbology === null ? tagOf(known, text) : text;
      log.scan(project.slug, tag, symbology, { mode, vehicle: words.needsVehicle ? aim.vehicle : null });
      setError(null);
    } catch (reason) {
      if (!(reason instanceof OutboxFull)) throw reason;
      setError(`Not kept: ${reason.message}`);
    }
  }

  function choose(mode: Mode) {
    if (wordsOf(mode).needsVehicle && !aim.vehicle) setChoosing(mode);
    else setAim({ ...aim, mode });
  }

  useHandScanner((text) => canScan && !choosing && scan(text, null));
  if (!canScan) return <p className="hint">You are watching: crew and dispatchers scan here.</p>;
  return (
    <>
      <ScanModes mode={aim.mode} onChange={choose} />
      <Viewfinder
        does={words.does(project.name, vehicle)}
        onChange={words.needsVehicle ? () => setChoosing(aim.mode) : null}
        latest={latest?.project === project.slug ? latest : null}
        onCode={({ text, symbology }) => scan(text, symbology)}
      />
      <TypeCode onCode={(text) => scan(text, null)} />
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      <ScanResults project={project} known={known} />
      {choosing && (
        <VehicleDialog
          title={choosing === "load" ? "Load onto" : "Unload from"}
          vehicles={known.vehicles}
          chosen={aim.vehicle}
          onChoose={(slug) => {
            setAim({ mode: choosing, vehicle: slug });
            setChoosing(null);
          }}
          onClose={() => setChoosing(null)}
        />
      )}
    </>
  );
}
