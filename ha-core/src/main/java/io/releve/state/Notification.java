package io.releve.state;

import io.releve.state.CloneTransition.Instance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What an instance of a clone is told before and after instances of this clone start, stop, are promoted or demoted.
 *
 * @param type whether it is about to happen or has happened
 * @param operation what: {@code start}, {@code stop}, {@code promote} or {@code demote}
 * @param change the whole of what the transition does with the clone
 */
public record Notification(Type type, String operation, CloneTransition change) {

    /** When an instance is told. */
    public enum Type {
        /** Before: nothing of it begins before all have been told. */
        PRE,
        /** After: all of it has been done. */
        POST;

        /** Pacemaker's word: {@code pre} or {@code post}. */
        public String word() {
            return this == PRE ? "pre" : "post";
        }
    }

    /** The instances that the operation is carried out on. */
    public List<Instance> subjects() {
        return switch (operation) {
            case "start" -> change.starting();
            case "stop" -> change.stopping();
            case "promote" -> change.promoting();
            case "demote" -> change.demoting();
            default -> List.of();
        };
    }

    /**
     * The same by the names that an OCF agent knows, without {@code OCF_RESKEY_} in front: {@code
     * CRM_meta_notify_type}, {@code CRM_meta_notify_promote_uname} … Lists are separated by blanks. Promoted and
     * Unpromoted instances are listed as {@code master} and {@code slave} too, as older agents expect.
     */
    public Map<String, String> toOcf() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("CRM_meta_notify_type", type.word());
        all.put("CRM_meta_notify_operation", operation);
        put(all, "active", change.active());
        put(all, "promoted", change.promoted());
        put(all, "master", change.promoted());
        put(all, "unpromoted", change.unpromoted());
        put(all, "slave", change.unpromoted());
        put(all, "start", change.starting());
        put(all, "stop", change.stopping());
        put(all, "promote", change.promoting());
        put(all, "demote", change.demoting());
        return all;
    }

    private static void put(Map<String, String> all, String what, List<Instance> instances) {
        all.put("CRM_meta_notify_" + what + "_resource", words(instances, Instance::resourceId));
        all.put("CRM_meta_notify_" + what + "_uname", words(instances, Instance::node));
    }

    private static String words(List<Instance> instances, Function<Instance, String> word) {
        return instances.stream().map(word).collect(Collectors.joining(" "));
    }

    @Override
    public String toString() {
        return type.word() + "-" + operation + " of "
                + subjects().stream().map(Instance::toString).collect(Collectors.joining(", "));
    }
}
