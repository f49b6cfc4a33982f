/** Who is in the demo and what they have said so far: data only. */
import type { Role } from "../shared/user_schema.ts";

/** A person of the demo. */
export interface Persona {
  key: "maya" | "jonas" | "amira" | "sage";
  name: string;
  role: Role;
  /** Whom a visitor may be; the bot is nobody's. */
  playable: boolean;
}

export const personas: readonly Persona[] = [
  { key: "maya", name: "Maya Lindqvist", role: "member", playable: true },
  { key: "jonas", name: "Jonas Weber", role: "member", playable: true },
  { key: "amira", name: "Dr. Amira Hassan", role: "instructor", playable: true },
  { key: "sage", name: "Sage", role: "member", playable: false },
];

/** Name of the cohort. */
export const COHORT = "Data Journalism, autumn cohort";

/** A line: who, what, and how many minutes after the line before. */
export type Line = readonly [who: Persona["key"], text: string, minutesAfter: number];

/** The cohort's room. It ends about an hour before the demo is made. */
export const cohortLines: readonly Line[] = [
  [
    "amira",
    "Welcome, everybody. This room is for the whole cohort: questions, finds, half-baked ideas.",
    0,
  ],
  [
    "amira",
    "Course page: https://example.org/data-journalism\nFirst reading is chapters 1 and 2.",
    1,
  ],
  ["jonas", "Hello from Hamburg 👋", 12],
  ["maya", "Hi all, Maya from Malmö. I come from local radio, so numbers scare me a little.", 6],
  [
    "sage",
    "Hello. I am Sage, the course assistant. Write to me directly whenever you are stuck; I answer at any hour.",
    1,
  ],
  ["amira", "Numbers should scare all of us a little. That is what makes the good ones good.", 20],
  ["jonas", "Is the data set for week one the rent survey or the census extract?", 180],
  ["amira", "The rent survey. The census comes in week three.", 9],
  ["maya", "I get 2,041 rows after removing the empty ones. Same for you?", 75],
  ["jonas", "2,039 here", 3],
  ["maya", "Hm.", 1],
  ["jonas", "Two rows have a district but no rent. I dropped those as well.", 2],
  ["maya", "Ah, I kept them. That is the difference then", 2],
  [
    "amira",
    "Lovely example. Neither of you is wrong, but whichever you choose has to stand in your method note. Write down the rule, then the number, and a reader can follow you all the way back to the source.",
    14,
  ],
  ["maya", "👍", 1],
  ["jonas", "Where do we put the method note? In the same document?", 1260],
  ["amira", "Same document, last section. Half a page is plenty.", 22],
  ["maya", "I made a first chart. The axis starts at 400, is that cheating?", 190],
  ["jonas", "It makes the jump in 2021 look dramatic", 4],
  [
    "amira",
    "For a line chart it can be fine, if the axis says so clearly. For bars it must start at zero, because the length of the bar is the number.",
    11,
  ],
  ["maya", "Then I start at zero and let the small jump be a small jump.", 5],
  ["amira", "That is the most honest sentence I have read this week.", 3],
  ["jonas", "Printing that and putting it on my wall", 2],
  ["maya", "😂😂", 1],
  [
    "amira",
    "Reminder: peer review is due on Thursday. Please read the piece of the person after you in the list.",
    1500,
  ],
  ["jonas", "I have Maya's. Reading tonight.", 35],
  ["maya", "Be kind. Or useful. Useful is better.", 8],
  ["jonas", "Both is an option", 2],
  [
    "jonas",
    "Finished. Three small notes, one bigger one about the second source. You will find them in the margin.",
    260,
  ],
  ["maya", "Thank you! The bigger one stings because you are right", 25],
  [
    "maya",
    "I called the housing office again. They confirmed the 2021 figure, but say that 2022 is preliminary.",
    900,
  ],
  [
    "amira",
    "Well done for calling. Mark 2022 as preliminary in the chart, with a lighter line.",
    16,
  ],
  ["jonas", "How do you call them? I only ever reach the waiting music", 7],
  ["maya", "At 8:01. Not 8:00, not 8:05.", 3],
  ["jonas", "Noted. Radio people.", 1],
  [
    "amira",
    "Tomorrow we have a guest: an editor who has killed more charts than she has published. Bring one of yours.",
    1380,
  ],
  ["maya", "Terrified. Coming.", 12],
  ["jonas", "Same order here", 2],
  ["amira", "Grades for assignment two will be out today. I have enjoyed reading them.", 1200],
  ["jonas", "Refreshing the page like a calm and normal person", 18],
];

/** Maya and Jonas. The last lines are unread for Maya. */
export const directLines: readonly Line[] = [
  ["jonas", "Hey, thanks for the call trick. 8:01 worked!", 0],
  ["maya", "Told you", 4],
  ["maya", "What did they say?", 1],
  ["jonas", "That the survey skips sublets completely. Nobody had asked before.", 3],
  ["maya", "That is your story, you know that, right?", 2],
  ["jonas", "Is it? I thought it is a footnote.", 2],
  [
    "maya",
    "A third of the students in your district live in sublets. If they are missing, then the average rent is the rent of people who are already settled.",
    5,
  ],
  ["jonas", "…", 1],
  ["jonas", "OK it is the story", 1],
  ["maya", "😄", 1],
  ["jonas", "Do you want to look at the draft before Amira sees it?", 55],
  ["maya", "Send it over. I am on the train until six.", 9],
  ["jonas", "https://example.org/drafts/sublets", 2],
  ["maya", "Reading now", 1],
  [
    "maya",
    "First paragraph is strong. In the second you explain the survey before I know why I should care. Swap them?",
    21,
  ],
  ["jonas", "Swapped. Better.", 13],
  ["maya", "And put the student from the bakery on top. She is the person I remember.", 4],
  ["jonas", "She is also the only one who wanted to give her name", 3],
  ["maya", "Then even more so.", 1],
  ["jonas", "Handed in 🎉", 1400],
  ["jonas", "Are you coming to the guest session? We could compare charts before.", 45],
  ["jonas", "I bring coffee", 1],
];

/** Maya and her instructor. */
export const tutorLines: readonly Line[] = [
  [
    "maya",
    "Good morning, a question about assignment two: may I use interviews as a source for numbers?",
    0,
  ],
  [
    "amira",
    "Good morning, Maya. As an illustration, yes. As a source for a number, only if the person is the authority for it, and then you name them.",
    42,
  ],
  ["maya", "So the head of the housing office counts, the neighbour does not.", 6],
  ["amira", "Exactly. The neighbour is why the number matters.", 5],
  ["maya", "That helps a lot, thank you!", 2],
  ["amira", "I have just started to read yours. More this afternoon.", 1300],
];

/** What the bot says first. */
export const botLines: readonly Line[] = [
  [
    "sage",
    "Hello Maya, I am Sage, the course assistant. Ask me about deadlines, grades, charts or sources. I am a small program, so keep it simple.",
    0,
  ],
];

/** The bot's answers: the first entry with a word that the question holds. */
export const botAnswers: readonly { words: readonly string[]; answer: string }[] = [
  {
    words: ["deadline", "due", "when"],
    answer:
      "Assignment three is due on Friday at 18:00. Hand in one document; the method note is its last section.",
  },
  {
    words: ["grade", "mark", "result", "score"],
    answer:
      "Grades arrive as a notification as soon as your instructor has entered them. Press “Grade assignment” to see what that looks like.",
  },
  {
    words: ["chart", "axis", "graph", "plot"],
    answer:
      "Bars start at zero. Lines may start elsewhere if the axis says so. When in doubt, draw both and keep the one that you could defend in front of a sceptical editor.",
  },
  {
    words: ["source", "cite", "interview"],
    answer:
      "Name the source next to the number, link to the original, and write the date on which you fetched it into the method note.",
  },
  {
    words: ["hello", "hi", "hey", "hej", "moin", "hallo"],
    answer: "Hello. What are you working on?",
  },
  { words: ["thanks", "thank", "great", "nice"], answer: "You are welcome. Good luck with it." },
  {
    words: ["who", "what are you", "bot", "human"],
    answer:
      "I am Sage, a small program that comes with this demo. I look for words that I know and answer with what I was given.",
  },
];

/** What the bot says when it knows no word of the question. */
export const BOT_FALLBACK =
  "I am not sure about that one. I know about deadlines, grades, charts and sources. For anything else ask Dr. Hassan, she answers on the same day.";
