package io.releve.scheduler;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The digest of an operation's parameters, by which is seen that they have changed. The same as Pacemaker's: MD5 over an
 * XML element with the parameters as attributes in the order of their names.
 */
final class ParameterDigest {

    /** Stands between the two parts of a digest of our own, and in no digest of Pacemaker's. */
    private static final char BETWEEN = ':';

    private static final int OWN_LENGTH = 16;

    private ParameterDigest() {}

    /**
     * What nodes of our own record: a digest of the agent and all its parameters, and one of those that cannot be changed
     * without a restart; the second is empty where none can.
     *
     * @param reloadable the names of the parameters that can be changed while the resource runs
     */
    static String own(String agent, Map<String, String> parameters, Set<String> reloadable) {
        Map<String, String> all = new TreeMap<>(parameters);
        all.put("@agent", agent);
        String whole = of(all).substring(0, OWN_LENGTH);
        return whole
                + BETWEEN
                + (reloadable.isEmpty() ? "" : ofAllBut(all, reloadable).substring(0, OWN_LENGTH));
    }

    /** Whether a node of our own has recorded this digest. */
    static boolean isOwn(String digest) {
        return digest.indexOf(BETWEEN) >= 0;
    }

    /** Whether agent and parameters are the same, by two digests of our own. */
    static boolean isSame(String one, String other) {
        return one.substring(0, one.indexOf(BETWEEN)).equals(other.substring(0, other.indexOf(BETWEEN)));
    }

    /** Whether what differs, by two digests of our own, can be changed while the resource runs. */
    static boolean isReloadable(String one, String other) {
        String fixed = one.substring(one.indexOf(BETWEEN) + 1);
        return !fixed.isEmpty() && fixed.equals(other.substring(other.indexOf(BETWEEN) + 1));
    }

    static String of(Map<String, String> parameters) {
        StringBuilder text = new StringBuilder(" <parameters");
        new TreeMap<>(parameters).forEach((name, value) -> {
            text.append(' ').append(name).append("=\"");
            escape(value, text);
            text.append('"');
        });
        return md5(text.append("/>\n").toString());
    }

    /** Over those parameters only that are named. */
    static String ofOnly(Map<String, String> parameters, Collection<String> names) {
        Map<String, String> kept = new TreeMap<>(parameters);
        kept.keySet().retainAll(names);
        return of(kept);
    }

    /** Over all parameters but those that are named. */
    static String ofAllBut(Map<String, String> parameters, Collection<String> names) {
        Map<String, String> kept = new TreeMap<>(parameters);
        kept.keySet().removeAll(names);
        return of(kept);
    }

    private static void escape(String value, StringBuilder text) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                case '\n' -> text.append("&#10;");
                case '\r' -> text.append("&#13;");
                case '\t' -> text.append("&#9;");
                default -> text.append(c);
            }
        }
    }

    private static String md5(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(utf8(text));
            StringBuilder hex = new StringBuilder(32);
            for (byte one : digest) {
                hex.append(Character.forDigit((one >> 4) & 15, 16)).append(Character.forDigit(one & 15, 16));
            }
            return hex.toString();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has MD5", impossible);
        }
    }

    /** By hand, as decisions do without input and output, and the charsets of Java belong there. */
    private static byte[] utf8(String text) {
        int[] points = text.codePoints().toArray();
        byte[] bytes = new byte[points.length * 4];
        int size = 0;
        for (int point : points) {
            int length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (length == 1) {
                bytes[size++] = (byte) point;
                continue;
            }
            int mark = (0xF00 >> length) & 0xFF;
            for (int part = length - 1; part >= 0; part--) {
                int bits = (point >> (6 * part)) & 0x3F;
                bytes[size++] = (byte) (part == length - 1 ? mark | bits : 0x80 | bits);
            }
        }
        return java.util.Arrays.copyOf(bytes, size);
    }
}
