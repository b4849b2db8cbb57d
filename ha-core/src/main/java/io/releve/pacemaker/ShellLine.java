package io.releve.pacemaker;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command of the crm shell as a row of words, with a place in it. */
final class ShellLine {

    /**
     * A word.
     *
     * @param text without the quotes
     * @param equals where the name ends and the value begins; −1 in a word that is no pair
     */
    private record Word(String text, int equals) {}

    private final int number;
    private final String source;
    private final List<Word> words;
    private int at;

    private ShellLine(int number, String source, List<Word> words) {
        this.number = number;
        this.source = source;
        this.words = words;
    }

    /** The commands of a text: lines that end with a backslash go on in the next one. */
    static List<ShellLine> of(String text) {
        List<ShellLine> lines = new ArrayList<>();
        StringBuilder command = new StringBuilder();
        int first = 0;
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String content = line.stripTrailing();
            boolean goesOn = content.endsWith("\\");
            if (command.length() == 0) {
                if (content.isBlank() || content.stripLeading().startsWith("#")) {
                    continue;
                }
                first = number;
            }
            command.append(goesOn ? content.substring(0, content.length() - 1) : content)
                    .append('\n');
            if (!goesOn) {
                add(lines, first, command);
            }
        }
        add(lines, first, command);
        return lines;
    }

    private static void add(List<ShellLine> lines, int first, StringBuilder command) {
        String source = command.toString().strip();
        if (!source.isEmpty()) {
            lines.add(new ShellLine(first, source, split(source)));
        }
        command.setLength(0);
    }

    private static List<Word> split(String source) {
        List<Word> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int equals = -1;
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < source.length(); i++) {
            char c = source.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else if (c == '\\' && quote == '"' && i + 1 < source.length() && isEscapable(source.charAt(i + 1))) {
                    word.append(source.charAt(++i));
                } else {
                    word.append(c);
                }
            } else if ((c == '"' || c == '\'') && (!inWord || equals == word.length() - 1)) {
                // A quote in the middle of a word is a letter like any other.
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(new Word(word.toString(), equals));
                    word.setLength(0);
                    equals = -1;
                    inWord = false;
                }
            } else {
                inWord = true;
                if (c == '=' && equals < 0) {
                    equals = word.length();
                }
                word.append(c);
            }
        }
        if (inWord) {
            words.add(new Word(word.toString(), equals));
        }
        return words;
    }

    private static boolean isEscapable(char c) {
        return c == '"' || c == '\\';
    }

    int number() {
        return number;
    }

    /** The whole as it stands. */
    String source() {
        return source;
    }

    boolean hasNext() {
        return at < words.size();
    }

    /** The next word, without taking it; empty at the end. */
    String peek() {
        return hasNext() ? words.get(at).text() : "";
    }

    /** Takes the next word; empty at the end. */
    String next() {
        return hasNext() ? words.get(at++).text() : "";
    }

    /** Takes the next word if it is this one. */
    boolean take(String word) {
        boolean is = hasNext() && words.get(at).text().equals(word);
        if (is) {
            at++;
        }
        return is;
    }

    /** Whether the next word is a name, an equals sign and a value. */
    boolean atPair() {
        return hasNext() && words.get(at).equals() > 0;
    }

    /** The name in the next word, which is a pair. */
    String pairName() {
        Word word = words.get(at);
        return word.text().substring(0, word.equals());
    }

    /** The value in the next word, which is a pair; takes the word. */
    String pairValue() {
        Word word = words.get(at++);
        return word.text().substring(word.equals() + 1);
    }

    /** Takes the next word if it is a pair of this name: its value. */
    @Nullable
    String takePair(String name) {
        return atPair() && pairName().equals(name) ? pairValue() : null;
    }

    /** Takes the next word if it ends with a colon: what stands before. */
    @Nullable
    String takeLabel() {
        String word = peek();
        if (word.length() > 1 && word.endsWith(":") && !atPair()) {
            at++;
            return word.substring(0, word.length() - 1);
        }
        return null;
    }

    /** Whether a label follows here, before anything else is looked at. */
    boolean atLabel() {
        return peek().length() > 1 && peek().endsWith(":") && !atPair();
    }

    Element element(String name) {
        return new Element(name, number, 1);
    }
}
