## Các từ in trên giấy tờ, bên cạnh nội dung biểu mẫu.

paper-to-be-supplied = cần bổ sung: { $what }
paper-left-out = còn { $count } dòng không in trên giấy này
paper-yes = có
paper-no = không
paper-sign = (Ký, ghi rõ họ tên)
paper-basis-official = Nội dung theo quy định tại: { $cite }.
paper-basis-house = Mẫu của cơ quan; nội dung theo: { $cite }.
paper-basis-check = Mẫu của cơ quan; căn cứ cần được xác nhận: { $cite }.
paper-translation-vn = Bản dịch để tham khảo; văn bản tiếng Việt là văn bản có giá trị.
paper-translation-ru = Bản dịch để tham khảo; văn bản tiếng Nga là văn bản có giá trị.
paper-translation-cn = Bản dịch để tham khảo; văn bản tiếng Trung là văn bản có giá trị.
