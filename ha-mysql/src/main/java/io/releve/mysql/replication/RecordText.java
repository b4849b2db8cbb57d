package io.releve.mysql.replication;

import java.util.LinkedHashMap;
import java.util.Map;

/** Records as people can read them too: one {@code name=value} a line. */
final class RecordText {

    private final Map<String, String> values = new LinkedHashMap<>();

    private RecordText() {}

    static RecordText empty() {
        return new RecordText();
    }

    /** Reads what {@link #toString()} wrote; lines of other versions are kept and ignored. */
    static RecordText parse(String text) {
        RecordText record = new RecordText();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                record.values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return record;
    }

    RecordText with(String name, Object value) {
        values.put(name, String.valueOf(value).replace("\n", "").replace("\r", ""));
        return this;
    }

    /**
     * A value.
     *
     * @throws IllegalArgumentException if there is none
     */
    String get(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the record has no '" + name + "': it has " + values.keySet());
        }
        return value;
    }

    String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /**
     * A whole number.
     *
     * @throws IllegalArgumentException if there is none
     */
    long number(String name) {
        try {
            return Long.parseLong(get(name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + get(name) + "' is no number for '" + name + "'", e);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }
}
