package io.releve.pacemaker;

import java.util.Set;

/** Reads what stands after {@code params}, {@code meta} and the like. */
final class ShellBlocks {

    /** What begins another part of a resource. */
    static final Set<String> PARTS =
            Set.of("params", "meta", "utilization", "operations", "op", "op_params", "op_meta", "attributes");

    private ShellBlocks() {}

    /**
     * Reads a block up to the next part.
     *
     * @param line the command, at the first word after the one that begins the block
     * @param element the block's element
     * @param owner the id of what it belongs to
     * @param notes for what cannot be read
     */
    static Element read(ShellLine line, String element, String owner, Notes notes) {
        Element block = line.element(element);
        String reference = line.takePair("$id-ref");
        if (reference != null) {
            return block.with("id-ref", reference);
        }
        String own = line.takePair("$id");
        String id = own == null ? owner + "-" + element : own;
        block.with("id", id);
        pairs(line, block, notes);
        return block;
    }

    /** Reads score, rule and pairs into a block that has its id. */
    static void pairs(ShellLine line, Element block, Notes notes) {
        if (line.atLabel()
                && ShellWords.score(line.peek().substring(0, line.peek().length() - 1)) != null) {
            String label = line.takeLabel();
            String score = label == null ? null : ShellWords.score(label);
            block.with("score", score == null ? "0" : score);
        }
        if (line.take("rule")) {
            Element rule = ShellRules.read(line, block.id() + "-rule");
            if (rule == null) {
                notes.add(line.number(), line.source(), "a rule in it cannot be read: the block never counts");
                rule = line.element("rule").add(line.element("unreadable"));
            }
            block.add(rule);
        }
        while (line.hasNext() && !PARTS.contains(line.peek())) {
            if (line.atPair()) {
                String name = line.pairName();
                block.add(line.element("nvpair")
                        .with("id", block.id() + "-" + name)
                        .with("name", name)
                        .with("value", line.pairValue()));
            } else if (line.peek().startsWith("@")) {
                String[] parts = line.next().substring(1).split(":", 2);
                Element pair = line.element("nvpair").with("id-ref", parts[0]);
                block.add(parts.length > 1 ? pair.with("name", parts[1]) : pair);
            } else {
                notes.add(
                        line.number(),
                        line.source(),
                        "'" + Element.shortened(line.next()) + "' is no name=value: it is left out");
            }
        }
    }
}
