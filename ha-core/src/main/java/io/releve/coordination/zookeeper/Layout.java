package io.releve.coordination.zookeeper;

import java.util.ArrayList;
import java.util.List;

/**
 * Where things are in ZooKeeper.
 *
 * <pre>
 * ROOT/format                    which release can read all this
 * ROOT/config                    the configuration
 * ROOT/members/NODE              ephemeral: what the member tells of itself; its version counts the renewals
 * ROOT/lives/NODE#INCARNATION    ephemeral, made and deleted with the member: proves in transactions that this life lasts
 * ROOT/reports/NODE              the node's report
 * ROOT/evictions/NODE            the incarnation that was last evicted
 * ROOT/records/KEY               what nodes have written down for each other
 * ROOT/election/…latch-SEQUENCE  ephemeral: one candidate each, first come, first served
 * ROOT/epoch                     who rules; its version is the epoch
 * ROOT/plan                      the plan
 * </pre>
 *
 * @param root the path of the cluster, absolute, without a slash at the end
 */
record Layout(String root) {

    /** Raised when a release writes what an earlier one would misread. */
    static final String FORMAT = "1";

    /** Made last: where it is, everything else is. */
    String format() {
        return root + "/format";
    }

    String config() {
        return root + "/config";
    }

    String members() {
        return root + "/members";
    }

    String member(String node) {
        return members() + "/" + node;
    }

    boolean isMember(String path) {
        return path.startsWith(members() + "/");
    }

    String lives() {
        return root + "/lives";
    }

    String life(String life) {
        return lives() + "/" + life;
    }

    String reports() {
        return root + "/reports";
    }

    String report(String node) {
        return reports() + "/" + node;
    }

    String evictions() {
        return root + "/evictions";
    }

    String eviction(String node) {
        return evictions() + "/" + node;
    }

    String records() {
        return root + "/records";
    }

    String record(String key) {
        return records() + "/" + key;
    }

    String election() {
        return root + "/election";
    }

    String epoch() {
        return root + "/epoch";
    }

    String plan() {
        return root + "/plan";
    }

    /** The paths whose children are read. */
    List<String> directories() {
        return List.of(members(), lives(), reports(), evictions(), records(), election());
    }

    /** The paths that are read themselves. */
    List<String> documents() {
        return List.of(config(), epoch(), plan());
    }

    /** What must exist before anything else can, parents first. */
    List<String> foundations() {
        List<String> paths = new ArrayList<>();
        for (int slash = root.indexOf('/', 1); slash > 0; slash = root.indexOf('/', slash + 1)) {
            paths.add(root.substring(0, slash));
        }
        paths.add(root);
        paths.addAll(directories());
        paths.add(epoch());
        return paths;
    }

    static String lastPart(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
