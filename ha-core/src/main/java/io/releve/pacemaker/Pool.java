package io.releve.pacemaker;

import java.util.HashMap;
import java.util.Map;

/** Keeps one copy of strings that come again and again: the status of many nodes repeats most of its words. */
final class Pool {

    private static final int MOST = 200_000;

    private final Map<String, String> known = new HashMap<>();

    String share(String text) {
        if (known.size() >= MOST) {
            return known.getOrDefault(text, text);
        }
        String first = known.putIfAbsent(text, text);
        return first == null ? text : first;
    }
}
