<?php
// Once, on an empty database: the site, its administrator, an application password (written to the named file), and something to read.
define('WP_INSTALLING', true);
[, $site, $password_file] = $argv;
$_SERVER['HTTP_HOST'] = '127.0.0.1';
require $site . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

$installed = wp_install('Example site', 'admin', 'admin@example.test', true, '', getenv('WORDPRESS_PASSWORD'));
update_option('permalink_structure', '/%postname%/');
update_option('timezone_string', 'UTC');
flush_rewrite_rules(true);
[$password] = WP_Application_Passwords::create_new_application_password($installed['user_id'], ['name' => 'tests']);
file_put_contents($password_file, $password);

$news = wp_insert_term('News', 'category');
foreach (range(1, 25) as $number) {
    wp_insert_post([
        'post_title' => "Article $number", 'post_name' => "article-$number", 'post_content' => "<p>Text of article $number.</p>", 'post_status' => $number % 10 === 0 ? 'draft' : 'publish',
        'post_author' => $installed['user_id'], 'post_category' => [$news['term_id']], 'post_date_gmt' => sprintf('2026-01-%02d 10:00:00', $number), 'post_date' => sprintf('2026-01-%02d 10:00:00', $number),
    ], true);
}
foreach (['About us', 'Delivery', 'Returns'] as $title) {
    wp_insert_post(['post_type' => 'page', 'post_title' => $title, 'post_content' => "<p>$title.</p>", 'post_status' => 'publish', 'post_author' => $installed['user_id']], true);
}
echo get_bloginfo('version');
