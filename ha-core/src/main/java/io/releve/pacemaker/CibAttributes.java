package io.releve.pacemaker;

import io.releve.model.AttributeSet;
import io.releve.model.Rule;
import io.releve.model.Score;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads blocks of names and values. */
final class CibAttributes {

    private final CibIndex index;
    private final CibRules rules;

    CibAttributes(CibIndex index, CibRules rules) {
        this.index = index;
        this.rules = rules;
    }

    /** The blocks of this kind; of those with the same score the one that stands last counts first. */
    List<AttributeSet> blocks(Xml parent, String kind) {
        List<AttributeSet> blocks = new ArrayList<>();
        for (Xml child : parent.children) {
            if (child.name.equals(kind)) {
                blocks.add(block(index.resolve(child)));
            }
        }
        Collections.reverse(blocks);
        return blocks;
    }

    private AttributeSet block(Xml block) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Xml child : block.children) {
            if (child.name.equals("nvpair")) {
                Xml pair = index.resolve(child);
                String name = child.get("name") != null ? child.get("name") : pair.get("name");
                String value = pair.get("value");
                if (name != null && value != null && !value.toLowerCase(Locale.ROOT).equals("#default")) {
                    values.putIfAbsent(name, value);
                }
            } else if (child.name.equals("attributes")) {
                child.children("nvpair").forEach(pair -> values.putIfAbsent(pair.get("name", ""), pair.get("value", "")));
            }
        }
        Optional<Rule> rule = block.child("rule").map(rules::read);
        return new AttributeSet(block.id(), score(block.get("score", "0")), rule, values);
    }

    /** The values of the blocks that have no rule, for what has to be known before anything is evaluated. */
    static Map<String, String> plain(List<AttributeSet> blocks) {
        Map<String, String> values = new LinkedHashMap<>();
        blocks.stream()
                .sorted(java.util.Comparator.comparing(AttributeSet::score).reversed())
                .filter(block -> block.rule().isEmpty())
                .forEach(block -> block.values().forEach(values::putIfAbsent));
        return values;
    }

    static Score score(String text) {
        try {
            return Score.parse(text);
        } catch (IllegalArgumentException none) {
            return Score.ZERO;
        }
    }

    static boolean isTrue(@org.jspecify.annotations.Nullable String word) {
        return word != null
                && switch (word.toLowerCase(Locale.ROOT)) {
                    case "true", "on", "yes", "y", "1" -> true;
                    default -> false;
                };
    }

    static boolean isFalse(@org.jspecify.annotations.Nullable String word) {
        return word != null
                && switch (word.toLowerCase(Locale.ROOT)) {
                    case "false", "off", "no", "n", "0" -> true;
                    default -> false;
                };
    }
}
