/** German: the words of what opens over the chat page. */
import { counter } from "./count.ts";
import type { DialogCatalogue } from "./en_dialogs.ts";

const count = counter("de");

export const deDialogs: DialogCatalogue = {
  room: {
    title: "Neuer Raum",
    text: "Ein Raum ist eine Gruppenunterhaltung, zum Beispiel für einen Kurs.",
    name: "Name",
    nameMissing: "Gib dem Raum einen Namen.",
    members: "Mitglieder",
    membersHint: "Personen beim Namen suchen",
    added: (n) => count(n, "Person hinzugefügt", "Personen hinzugefügt"),
    add: (name) => `${name} hinzufügen`,
    removeMember: (name) => `${name} entfernen`,
    nobody: "Niemand mit diesem Namen.",
    create: "Raum anlegen",
  },
  members: {
    title: (room) => `Mitglieder von ${room}`,
    list: "Mitglieder",
    owner: "Leitung",
    you: "Du",
    write: (name) => `${name} schreiben`,
    add: "Personen hinzufügen",
    addHint: "Personen beim Namen hinzufügen",
    addedNow: (name) => `${name} wurde hinzugefügt.`,
    removedNow: (name) => `${name} wurde entfernt.`,
    remove: (name) => `${name} entfernen`,
    removeAsk: (name) =>
      `${name} entfernen? Lesen und Schreiben ist dann hier nicht mehr möglich. Geschriebenes bleibt.`,
    removeDo: "Entfernen",
    leave: "Raum verlassen",
    leaveAsk: "Diesen Raum verlassen? Zurück kommst du nur, wenn die Leitung dich hinzufügt.",
    leaveDo: "Verlassen",
    ownerStays: "Du leitest diesen Raum und kannst ihn deshalb nicht verlassen.",
    loadFailed:
      "Die Mitglieder konnten nicht geladen werden. Prüfe die Verbindung und versuche es noch einmal.",
    changeFailed: (name) => `${name} konnte nicht geändert werden. Versuche es gleich noch einmal.`,
    full: "Dieser Raum ist voll.",
    leaveFailed:
      "Du konntest den Raum nicht verlassen. Nichts wurde geändert. Versuche es gleich noch einmal.",
  },
  mute: {
    title: "Diese Unterhaltung stummschalten",
    text: "Kein Push und keine Einblendungen. Nachrichten kommen trotzdem an.",
    hour: "Für eine Stunde",
    hours: "Für 8 Stunden",
    morning: "Bis morgen früh",
    forEver: "Bis ich es aufhebe",
    unmute: "Stummschaltung aufheben",
    now: (until) => `Stumm bis ${until}`,
    nowForEver: "Stumm, bis du es aufhebst",
    failed: "Das konnte nicht geändert werden. Prüfe deine Verbindung und versuche es noch einmal.",
  },
  inbox: {
    title: "Mitteilung",
    more: "Weitere Aktionen",
    alike: (n) => `${n} ähnliche`,
    unfold: (n) => `${n} weitere zeigen`,
    fold: "Weniger zeigen",
    readAll: (n) => `Alle ${n} als gelesen markieren`,
    archiveAll: (n) => `Alle ${n} archivieren`,
    hour: "Eine Stunde später",
    evening: "Heute Abend",
    tomorrow: "Morgen früh",
    week: "Nächste Woche",
    wake: "Jetzt zurückholen",
    comesBack: (when) => `Kommt wieder: ${when}`,
  },
  actions: {
    title: "Nachricht",
  },
};
