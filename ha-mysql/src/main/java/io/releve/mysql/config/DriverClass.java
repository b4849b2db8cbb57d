package io.releve.mysql.config;

import java.sql.Driver;

/** A driver by name, because it may be absent. */
enum DriverClass {
    MYSQL("com.mysql.cj.jdbc.Driver", "com.mysql:mysql-connector-j"),
    MARIADB("org.mariadb.jdbc.Driver", "org.mariadb.jdbc:mariadb-java-client");

    private final String className;
    private final String artifact;

    DriverClass(String className, String artifact) {
        this.className = className;
        this.artifact = artifact;
    }

    /** What to depend on. */
    String artifact() {
        return artifact;
    }

    boolean isPresent() {
        try {
            Class.forName(className, false, DriverClass.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    /**
     * A new one; drivers keep no state.
     *
     * @throws IllegalStateException if it is absent
     */
    Driver make() {
        try {
            return Class.forName(className, true, DriverClass.class.getClassLoader())
                    .asSubclass(Driver.class)
                    .getConstructor()
                    .newInstance();
        } catch (ClassNotFoundException absent) {
            throw new IllegalStateException(className + " is not on the class path: add " + artifact, absent);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(className + " cannot be made", e);
        }
    }
}
