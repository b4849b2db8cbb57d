package io.releve.pacemaker;

import io.releve.model.Constraint;
import io.releve.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the constraints and resolves sets, tags and templates into constraints between single resources. */
final class ConstraintReader {

    private final References references;
    private final Notes notes;
    private final LocationReader locations;
    private final ColocationReader colocations;
    private final OrderReader orders;

    ConstraintReader(
            References references, RuleReader rules, Notes notes, Budget budget, java.util.Set<String> clones) {
        this.references = references;
        this.notes = notes;
        this.locations = new LocationReader(references, rules, notes, budget);
        this.colocations = new ColocationReader(references, notes, budget);
        this.orders = new OrderReader(references, notes, budget, clones);
    }

    List<Constraint> read(Element section) {
        List<Constraint> result = new ArrayList<>();
        for (Element child : section.children()) {
            switch (child.name()) {
                case "rsc_location" -> locations.read(child, result);
                case "rsc_colocation" -> {
                    noteLifetime(child);
                    colocations.read(child, result);
                }
                case "rsc_order" -> {
                    noteLifetime(child);
                    orders.read(child, result);
                }
                case "rsc_ticket" -> ticket(child, result);
                default -> notes.add(child, "such an element is not known among constraints");
            }
        }
        return result;
    }

    private void noteLifetime(Element constraint) {
        Element lifetime = constraint.child("lifetime");
        if (lifetime != null) {
            notes.add(lifetime, "the lifetime of this constraint is not carried over: it always counts");
        }
    }

    private void ticket(Element element, List<Constraint> result) {
        String ticket = element.get("ticket");
        if (ticket == null) {
            notes.add(element, "it names no ticket: it is left out");
            return;
        }
        String resource = element.get("rsc");
        if (resource != null) {
            for (String id : references.resources(element, resource)) {
                ticket(element, id, element.get("rsc-role"), ticket, result);
            }
        }
        element.children("resource_set").forEach(mention -> {
            Element set = references.resolve(mention);
            if (set != null) {
                set.children("resource_ref")
                        .forEach(ref -> references
                                .resources(element, ref.id())
                                .forEach(id -> ticket(
                                        element, id, set.get("role", element.get("rsc-role", "")), ticket, result)));
            }
        });
    }

    private void ticket(
            Element element, String resource, @Nullable String role, String ticket, List<Constraint> result) {
        Optional<Role> read = Words.role(role);
        if (role != null && !role.isEmpty() && read.isEmpty()) {
            notes.add(element, "'" + role + "' is no role: the constraint is left out");
            return;
        }
        result.add(new Constraint.Ticket(idFor(element, resource), resource, read, ticket, lossPolicy(element, read)));
    }

    private Constraint.Ticket.LossPolicy lossPolicy(Element element, Optional<Role> role) {
        String word = element.get("loss-policy", "");
        return switch (word) {
            case "stop" -> Constraint.Ticket.LossPolicy.STOP;
            case "demote" -> Constraint.Ticket.LossPolicy.DEMOTE;
            case "fence" -> Constraint.Ticket.LossPolicy.FENCE;
            case "freeze" -> Constraint.Ticket.LossPolicy.FREEZE;
            default -> {
                if (!word.isEmpty()) {
                    notes.add(element, "loss-policy='" + word + "' is not known: the default counts");
                }
                yield role.filter(Role.PROMOTED::equals).isPresent()
                        ? Constraint.Ticket.LossPolicy.DEMOTE
                        : Constraint.Ticket.LossPolicy.STOP;
            }
        };
    }

    /** The id of a constraint made for one resource out of several: where the element names that one, its own. */
    private static String idFor(Element element, String resource) {
        return resource.equals(element.get("rsc")) ? element.id() : element.id() + "-" + resource;
    }
}
