import type { ReactNode } from "react";
import { Button, Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { CloseIcon } from "./icons";
import styles from "./Panel.module.css";

interface Props {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog in front of the page; on a phone, a sheet from below. */
export function Panel({ title, isOpen, onClose, children }: Props) {
  return (
    <ModalOverlay className={styles.veil ?? ""} isDismissable isOpen={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Modal className={styles.sheet ?? ""}>
        <Dialog className={styles.dialog ?? ""}>
          <header className={styles.header}>
            <Heading slot="title">{title}</Heading>
            <Button className={styles.close ?? ""} aria-label="Close" onPress={onClose}>
              <CloseIcon />
            </Button>
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
