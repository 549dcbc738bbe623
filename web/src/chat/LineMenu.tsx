import { useEffect, useRef, useState } from "react";
import { Icon } from "../design/Icon";
import type { IconName } from "../design/icons";
import { keyOf, type Message } from "./chat";
import type { LineActions } from "./ChatLine";
import { useMenuKeys } from "./useMenuKeys";

interface Props {
  message: Message;
  own: boolean;
  canWrite: boolean;
  isStop: boolean;
  actions: LineActions;
  open: boolean;
  onToggle: (open: boolean) => void;
}

/** What one can do with a message. */
export function LineMenu({ message, own, canWrite, isStop, actions, open, onToggle }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="more"
        aria-label="Message actions"
        aria-haspopup="menu"
        aria-expanded={open}
        tabIndex={isStop ? 0 : -1}
        onFocus={() => actions.stop(keyOf(message))}
        onClick={() => onToggle(!open)}
      >
        <Icon name="more" size={16} />
      </button>
      {open && (
        <Choices
          {...{ message, own, canWrite, actions }}
          onClose={(back) => {
            onToggle(false);
            if (back) button.current?.focus();
          }}
        />
      )}
    </>
  );
}

interface ChoicesProps extends Pick<Props, "message" | "own" | "canWrite" | "actions"> {
  onClose: (back: boolean) => void;
}

function Choices({ message, own, canWrite, actions, onClose }: ChoicesProps) {
  const menu = useRef<HTMLDivElement>(null);
  const keys = useMenuKeys(menu, onClose);
  const [sure, setSure] = useState(false); // asked, before it is taken back
  const [above, setAbove] = useState(false);
  useEffect(() => {
    const log = menu.current?.closest("[role=log]")?.getBoundingClientRect();
    const bubble = menu.current?.parentElement?.getBoundingClientRect();
    if (log && bubble) setAbove(bubble.bottom - log.top > log.height / 2);
  }, []);

  const choices: readonly (Choice | false)[] = [
    canWrite && { word: "Reply", icon: "reply", run: () => actions.reply(message), back: false },
    own && canWrite && { word: "Edit", icon: "edit", run: () => actions.edit(message), back: false },
    "clipboard" in navigator && { word: "Copy", icon: "copy", run: () => void navigator.clipboard.writeText(message.body) },
    { word: "Who has read it", icon: "stored", run: () => actions.readers(message) },
  ];
  return (
    <div className="line-menu" role="menu" aria-label="Message actions" ref={menu} data-above={above || undefined} {...keys}>
      {choices.map(
        (choice) =>
          choice && (
            <button
              key={choice.word}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                onClose(choice.back ?? true);
                choice.run();
              }}
            >
              <Icon name={choice.icon} size={16} /> {choice.word}
            </button>
          ),
      )}
      {own && canWrite && (
        <button
          type="button"
          role="menuitem"
          tabIndex={-1}
          className="danger"
          onClick={() => {
            if (!sure) return setSure(true);
            onClose(true);
            actions.takeBack(message);
          }}
        >
          <Icon name="trash" size={16} /> {sure ? "Take back for everyone?" : "Take back"}
        </button>
      )}
    </div>
  );
}

interface Choice {
  word: string;
  icon: IconName;
  run: () => void;
  back?: boolean; // whether the focus returns to the message
}
