package io.releve.pacemaker;

import java.util.ArrayList;
import java.util.List;

/** Collects what could not be carried over. */
final class Notes {

    private static final int MOST = 10_000;

    private final List<String> all = new ArrayList<>();
    private int more;

    /** Notes what is not carried over of an element. */
    void add(Element element, String reason) {
        add("line " + element.line() + ", column " + element.column() + ", " + element + ": " + reason);
    }

    /** Notes what is not carried over of a line of text. */
    void add(int line, String words, String reason) {
        add("line " + line + ", '" + Element.shortened(words) + "': " + reason);
    }

    private void add(String note) {
        if (all.size() < MOST) {
            all.add(note);
        } else {
            more++;
        }
    }

    List<String> all() {
        if (more == 0) {
            return List.copyOf(all);
        }
        List<String> result = new ArrayList<>(all);
        result.add("and " + more + " more of the kind");
        return result;
    }
}
