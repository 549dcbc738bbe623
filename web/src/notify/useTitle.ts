import { useEffect } from "react";

/** What the browser calls the page: how much is new comes first, since tabs are narrow. */
export function useTitle(project: string, unseen: number): void {
  useEffect(() => {
    document.title = `${unseen > 0 ? `(${unseen}) ` : ""}${project} · RentGuy Live`;
    return () => void (document.title = "RentGuy Live");
  }, [project, unseen]);
}
