package io.releve.lab.cluster;

/** What runs on a host. */
public enum Part {
    /** The JVM with the node in it. */
    NODE("node's JVM"),
    /** The database server. */
    DATABASE("database server"),
    /** The ZooKeeper server. */
    ZOOKEEPER("ZooKeeper server");

    private final String text;

    Part(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
