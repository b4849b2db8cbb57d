package io.releve.pacemaker;

import io.releve.model.AttributeSet;
import io.releve.model.Rule;
import io.releve.model.Score;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads blocks of names and values. The result is in the order in which they count: by score, and among equals the one
 * that stands later in the document first.
 */
final class AttributeBlocks {

    private static final String FIRST_OF_ALL = "cib-bootstrap-options";

    private final References references;
    private final RuleReader rules;
    private final Notes notes;

    AttributeBlocks(References references, RuleReader rules, Notes notes) {
        this.references = references;
        this.rules = rules;
        this.notes = notes;
    }

    /** The blocks of one kind of an element; those of its template, if it has one, count after its own. */
    List<AttributeSet> of(Element owner, Optional<Element> template, String kind) {
        List<Element> mentions = new ArrayList<>();
        template.ifPresent(shared -> shared.children(kind).forEach(mentions::add));
        owner.children(kind).forEach(mentions::add);
        return read(mentions);
    }

    List<AttributeSet> of(Element owner, String kind) {
        return of(owner, Optional.empty(), kind);
    }

    private List<AttributeSet> read(List<Element> mentions) {
        List<AttributeSet> sets = new ArrayList<>();
        for (int i = mentions.size() - 1; i >= 0; i--) {
            Element block = references.resolve(mentions.get(i));
            if (block != null) {
                sets.add(block(block));
            }
        }
        if (sets.size() > 1) {
            sets.sort(Comparator.comparing(AttributeSet::score).reversed());
        }
        return sets;
    }

    private AttributeSet block(Element block) {
        Map<String, String> values = new LinkedHashMap<>();
        Optional<Rule> rule = Optional.empty();
        for (Element child : block.children()) {
            switch (child.name()) {
                case "nvpair" -> pair(child, values);
                case "rule" -> {
                    if (rule.isPresent()) {
                        notes.add(child, "its block has a rule already: only the first one counts");
                    } else {
                        rule = Optional.of(rules.read(child));
                    }
                }
                default -> notes.add(child, "such an element is not known here");
            }
        }
        Score score = block.id().equals(FIRST_OF_ALL)
                ? Score.INFINITY
                : Words.score(block.get("score")).orElse(Score.ZERO);
        return new AttributeSet(block.id(), score, rule, values);
    }

    private void pair(Element mention, Map<String, String> values) {
        Element pair = references.resolve(mention);
        if (pair == null) {
            return;
        }
        String name = pair.get("name");
        String value = pair.get("value");
        if (name == null) {
            notes.add(pair, "it has no name");
        } else if (value != null && value.equalsIgnoreCase("#default")) {
            notes.add(pair, "'#default' is not carried over: leave the pair out instead");
        } else if (value != null) {
            values.putIfAbsent(name, value);
        }
    }
}
