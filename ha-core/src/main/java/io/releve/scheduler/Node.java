package io.releve.scheduler;

import io.releve.model.ClusterNode;
import java.util.HashMap;
import java.util.Map;

/** A node during one planning. */
final class Node {

    final int index;
    final ClusterNode declared;
    final String name;
    final int baseScore;
    final Map<String, String> attributes;
    /** What is left of its capacity after the resources given to it so far. */
    final Map<String, Integer> capacity = new HashMap<>();

    boolean online;
    boolean unclean;
    boolean pending;
    boolean standby;
    boolean maintenance;
    boolean shutdown;
    /** Why it is to be fenced. */
    String uncleanReason = "";
    /** How many primitives it was given so far. */
    int load;

    Node(int index, ClusterNode declared, Map<String, String> attributes) {
        this.index = index;
        this.declared = declared;
        this.name = declared.name();
        this.baseScore = declared.score().value();
        this.attributes = attributes;
    }

    /** Whether something may run here. */
    boolean isAvailable() {
        return online && !shutdown && !unclean && !standby && !maintenance && !pending;
    }

    boolean isOnlineAndClean() {
        return online && !unclean;
    }

    void mustBeFenced(String reason) {
        if (!unclean) {
            unclean = true;
            uncleanReason = reason;
        }
    }

    /** Names in the order of people: letter case does not count, digits count as numbers. */
    static int compareNames(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            char x = Character.toLowerCase(a.charAt(i));
            char y = Character.toLowerCase(b.charAt(j));
            if (Character.isDigit(x) && Character.isDigit(y)) {
                int endA = endOfDigits(a, i);
                int endB = endOfDigits(b, j);
                int order = compareDigits(a.substring(i, endA), b.substring(j, endB));
                if (order != 0) {
                    return order;
                }
                i = endA;
                j = endB;
            } else if (x != y) {
                return Character.compare(x, y);
            } else {
                i++;
                j++;
            }
        }
        return Integer.compare(a.length() - i, b.length() - j);
    }

    private static int endOfDigits(String text, int from) {
        int end = from;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int compareDigits(String a, String b) {
        String x = a.replaceFirst("^0+(?=.)", "");
        String y = b.replaceFirst("^0+(?=.)", "");
        return x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
    }

    @Override
    public String toString() {
        return name;
    }
}
