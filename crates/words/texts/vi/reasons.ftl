# Lý do của kết quả.
why-digits = { $x } chữ số
why-checksum = đúng số kiểm tra ({ $x })
why-layout = đúng cấu trúc { $x }
why-region = mã vùng { $x }
why-born = sinh năm { $x }
why-label = có nhãn “{ $x }”
why-column = tiêu đề cột “{ $x }”
why-issuer = dải số { $x }
why-title = danh xưng “{ $x }”
why-dictionary = có trong từ điển: { $x }
why-pattern = theo mẫu { $x }
why-tied-to = gắn với { $x }
why-model = do mô hình đã huấn luyện nhận ra
why-seen-elsewhere = đã chắc chắn ở chỗ khác trong văn bản
why-ocr-repaired = đã sửa lỗi nhận dạng ký tự
why-against = giảm độ chắc vì “{ $x }”
