package io.releve.pacemaker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds elements by id for those that refer to them, and keeps the list of what was left out. */
final class CibIndex {

    private final Map<String, Xml> byId = new HashMap<>();
    private final List<NotCarriedOver> leftOut = new ArrayList<>();

    CibIndex(Xml configuration) {
        add(configuration);
    }

    private void add(Xml element) {
        String id = element.get("id");
        if (id != null) {
            byId.putIfAbsent(element.name + " " + id, element);
        }
        element.children.forEach(this::add);
    }

    /** The element itself, or the one that it refers to with {@code id-ref}. */
    Xml resolve(Xml element) {
        String reference = element.get("id-ref");
        if (reference == null) {
            return element;
        }
        Xml found = byId.get(element.name + " " + reference);
        if (found == null) {
            leaveOut(element, "there is no <" + element.name + "> with the id '" + reference + "'");
            return element;
        }
        return found;
    }

    void leaveOut(Xml element, String reason) {
        leftOut.add(new NotCarriedOver(element.line, element.toString(), reason));
    }

    List<NotCarriedOver> leftOut() {
        return List.copyOf(leftOut);
    }
}
